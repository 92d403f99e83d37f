import { failed, type Finding } from './findings.ts';
import type { OpenUpload } from './ledger.ts';
import { offsetIn, resume, type Pusher } from './push-blob.ts';

/** How the server ended. Bytes that were written but not synced survive a kill, but not a power cut. */
export type Ending = 'kill' | 'power cut';

/** Finishes each upload that was in progress when the server ended, as its client would. */
export async function finishUploads(pusher: Pusher, ending: Ending): Promise<Finding[]> {
  const uploads = [...pusher.ledger.uploads];
  const findings = await Promise.all(uploads.map((upload) => finish(pusher, upload, ending)));
  return findings.filter((finding) => finding !== undefined);
}

async function finish(
  pusher: Pusher,
  upload: OpenUpload,
  ending: Ending,
): Promise<Finding | undefined> {
  const { client, ledger } = pusher;
  const name = `${upload.content.digest} to ${upload.repository}`;
  const lost = (detail: string): Finding => ({ kind: 'lost', thing: 'upload', name, detail });
  try {
    const status = await client.send('GET', upload.location);
    if (status.status === 404) {
      ledger.uploads.delete(upload);
      if (ending === 'power cut' || (await becameBlob(pusher, upload))) return undefined;
      return lost('neither session nor blob exists');
    }
    const offset = offsetIn(status, upload);
    if (ending === 'kill' && offset < upload.acknowledged) {
      return lost(`has ${offset} bytes of ${upload.acknowledged} that were acknowledged`);
    }
    await resume(pusher, upload);
    return undefined;
  } catch (error) {
    return failed('upload', name, error);
  } finally {
    ledger.uploads.delete(upload);
  }
}

/** The response to the closing request may have been lost. */
async function becameBlob({ client }: Pusher, upload: OpenUpload): Promise<boolean> {
  if (!upload.closing) return false;
  const path = `/v2/${upload.repository}/blobs/${upload.content.digest}`;
  const { status } = await client.send('HEAD', path);
  return status === 200;
}
