/**
 * The tables of version 1, in the order of their references. docs/scale-out.md describes them for people who look into the database.
 *
 * Digests are bytes: one for the algorithm, then the hash. Names are compared byte by byte (`COLLATE "C"`), as the specification wants,
 * and no change of the system's language rules can damage their indexes.
 */
export const TABLES_1 = `
CREATE TABLE repositories (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  listed boolean NOT NULL DEFAULT false
);
CREATE INDEX repositories_listed ON repositories (name) WHERE listed;

CREATE TABLE blobs (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  digest bytea NOT NULL UNIQUE,
  size bigint NOT NULL,
  object uuid NOT NULL UNIQUE,
  replaced uuid,
  stored_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE blob_links (
  repo bigint NOT NULL REFERENCES repositories,
  blob bigint NOT NULL REFERENCES blobs,
  last_used timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (repo, blob)
) WITH (fillfactor = 90);
CREATE INDEX blob_links_blob ON blob_links (blob, repo);

CREATE TABLE manifests (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  repo bigint NOT NULL REFERENCES repositories,
  digest bytea NOT NULL,
  media_type text NOT NULL,
  size integer NOT NULL,
  -- The size with the config and the layers, each content once.
  content_size bigint NOT NULL,
  payload bytea NOT NULL,
  subject bytea,
  referrer text,
  last_used timestamptz NOT NULL DEFAULT now(),
  UNIQUE (repo, digest)
) WITH (fillfactor = 90);
ALTER TABLE manifests ALTER COLUMN payload SET STORAGE EXTERNAL;
CREATE INDEX manifests_subject ON manifests (repo, subject, digest) WHERE subject IS NOT NULL;

CREATE TABLE manifest_names (
  manifest bigint NOT NULL REFERENCES manifests ON DELETE CASCADE,
  child bytea NOT NULL,
  repo bigint NOT NULL,
  lists_manifest boolean NOT NULL,
  -- Only of the blobs of an image that are pushed to a registry.
  size bigint,
  PRIMARY KEY (manifest, child)
);
CREATE INDEX manifest_names_child ON manifest_names (repo, child);

-- A tag repeats what HEAD answers. It also has what the change of the row replaced, because one statement sets a tag and records its
-- history, and no other place has the replaced state of a row that two of them change at once.
CREATE TABLE tags (
  repo bigint NOT NULL REFERENCES repositories,
  name text COLLATE "C" NOT NULL,
  manifest bigint NOT NULL REFERENCES manifests,
  digest bytea NOT NULL,
  media_type text NOT NULL,
  size integer NOT NULL,
  pushed_at timestamptz NOT NULL,
  pushed_by text,
  previous bytea,
  changes integer NOT NULL DEFAULT 1,
  moved boolean NOT NULL DEFAULT true,
  replaced_at timestamptz,
  replaced_by text,
  replaced_type text,
  replaced_size integer,
  replaced_previous bytea,
  PRIMARY KEY (repo, name)
);
CREATE INDEX tags_manifest ON tags (manifest);

-- The earlier states of tags, and their removals, which have no digest.
CREATE TABLE tag_changes (
  repo bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
  name text COLLATE "C" NOT NULL,
  number bigint GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL,
  changed_by text,
  digest bytea,
  media_type text,
  size integer,
  previous bytea,
  PRIMARY KEY (repo, name, number)
);
CREATE INDEX tag_changes_removals ON tag_changes (repo, name, at) WHERE digest IS NULL;

CREATE TABLE uploads (
  id uuid PRIMARY KEY,
  repo bigint NOT NULL REFERENCES repositories,
  algorithm text NOT NULL,
  begun_by text,
  received bigint NOT NULL DEFAULT 0,
  running bytea,
  object uuid,
  parts text,
  next_part integer NOT NULL DEFAULT 1,
  tail uuid,
  tail_size integer NOT NULL DEFAULT 0,
  holder uuid,
  held_until timestamptz,
  staged bigint NOT NULL DEFAULT 0,
  touched_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX uploads_touched_at ON uploads (touched_at);
CREATE INDEX uploads_repo ON uploads (repo);

CREATE TABLE upload_parts (
  upload uuid NOT NULL REFERENCES uploads ON DELETE CASCADE,
  number integer NOT NULL,
  etag text NOT NULL,
  size bigint NOT NULL,
  PRIMARY KEY (upload, number)
);

CREATE TABLE doomed_objects (
  object uuid PRIMARY KEY,
  parts text,
  delete_after timestamptz NOT NULL,
  because text NOT NULL
);
CREATE INDEX doomed_objects_delete_after ON doomed_objects (delete_after);

CREATE TABLE damaged_content (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  repository text,
  digest bytea NOT NULL,
  object uuid UNIQUE,
  payload bytea,
  found_at timestamptz NOT NULL DEFAULT now()
);

-- Positions are given before the commit, so readers order by the transaction first: one that has ended adds nothing any more.
CREATE TABLE events (
  writer xid8 NOT NULL DEFAULT pg_current_xact_id(),
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  at timestamptz NOT NULL DEFAULT now(),
  sequence integer NOT NULL,
  event text NOT NULL,
  -- The manifest that a moved tag pointed to before. Without it, the event is complete.
  previous bytea
);
CREATE INDEX events_writer ON events (writer, position);

CREATE TABLE event_cursors (
  consumer text PRIMARY KEY,
  position text NOT NULL,
  state text
);

CREATE TABLE pulls (
  repo bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
  digest bytea NOT NULL,
  pulls bigint NOT NULL,
  last_pulled_at timestamptz NOT NULL,
  PRIMARY KEY (repo, digest)
);

CREATE TABLE pulls_by_day (
  repo bigint NOT NULL REFERENCES repositories ON DELETE CASCADE,
  day integer NOT NULL,
  pulls bigint NOT NULL,
  PRIMARY KEY (repo, day)
);

CREATE TABLE secrets (
  purpose text NOT NULL,
  name text NOT NULL,
  secret bytea NOT NULL,
  PRIMARY KEY (purpose, name)
);

CREATE TABLE leases (
  name text PRIMARY KEY,
  holder uuid,
  held_until timestamptz,
  released_at timestamptz
);

CREATE TABLE states (
  name text PRIMARY KEY,
  state text NOT NULL,
  version uuid NOT NULL DEFAULT gen_random_uuid(),
  changed_at timestamptz NOT NULL DEFAULT now()
);

-- A crash may empty these tables: their changes are not written to the log of the database.
CREATE UNLOGGED TABLE live_notes (
  process uuid PRIMARY KEY,
  note text NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNLOGGED TABLE live_wishes (
  name text PRIMARY KEY,
  wanted_at timestamptz NOT NULL DEFAULT now()
);
`;
