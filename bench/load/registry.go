package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

const (
	manifestType = "application/vnd.oci.image.manifest.v1+json"
	configType   = "application/vnd.oci.image.config.v1+json"
	layerType    = "application/vnd.oci.image.layer.v1.tar+gzip"
	// The chunk size of docker and containerd for bodies of unknown length.
	chunkBytes = 32 << 10
	accept     = "Accept: " + manifestType + "\r\n"
)

// blob is content in pieces, which blobs may share, and its digest.
type blob struct {
	pieces [][]byte
	size   int64
	digest string
}

func newBlob(pieces ...[]byte) blob {
	made, hash := blob{pieces: pieces}, sha256.New()
	for _, piece := range pieces {
		hash.Write(piece)
		made.size += int64(len(piece))
	}
	made.digest = "sha256:" + hex.EncodeToString(hash.Sum(nil))
	return made
}

type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
}

func (b blob) describe(mediaType string) descriptor {
	return descriptor{MediaType: mediaType, Digest: b.digest, Size: b.size}
}

// push does a push as docker and containerd do: POST, a PATCH of unknown length, PUT.
func (c *connection) push(repository string, content blob) {
	begin := c.head("POST", "/v2/"+repository+"/blobs/uploads/", "Content-Length: 0\r\n")
	at := location(expect(202, c.exchange(begin)))
	headers := "Content-Type: application/octet-stream\r\nTransfer-Encoding: chunked\r\n"
	at = location(expect(202, c.exchange(c.head("PATCH", at, headers), chunks(content)...)))
	separator := "?"
	if strings.Contains(at, "?") {
		separator = "&"
	}
	end := c.head("PUT", at+separator+"digest="+content.digest, "Content-Length: 0\r\n")
	expect(201, c.exchange(end))
}

func chunks(content blob) [][]byte {
	var framed [][]byte
	for _, piece := range content.pieces {
		for len(piece) > 0 {
			chunk := piece[:min(len(piece), chunkBytes)]
			piece = piece[len(chunk):]
			framed = append(framed, fmt.Appendf(nil, "%x\r\n", len(chunk)), chunk, []byte("\r\n"))
		}
	}
	return append(framed, []byte("0\r\n\r\n"))
}

// location returns the path and query at which the upload continues; some registries send an
// absolute URL.
func location(got answer) string {
	parsed, err := url.Parse(got.location)
	if err != nil {
		fail("Location: %v", err)
	}
	return parsed.RequestURI()
}

type manifest struct {
	SchemaVersion int               `json:"schemaVersion"`
	MediaType     string            `json:"mediaType"`
	ArtifactType  string            `json:"artifactType,omitempty"`
	Config        descriptor        `json:"config"`
	Layers        []descriptor      `json:"layers"`
	Subject       *descriptor       `json:"subject,omitempty"`
	Annotations   map[string]string `json:"annotations"`
}

// content returns the bytes of the manifest as they are pushed.
func (m manifest) content() blob {
	bytes, _ := json.Marshal(m)
	return newBlob(bytes)
}

// put pushes an image's manifest by its tag, or by its digest without one, and returns its
// descriptor.
func (c *connection) put(repository, tag string, image manifest) descriptor {
	content := image.content()
	bytes := content.pieces[0]
	reference := tag
	if tag == "" {
		reference = content.digest
	}
	headers := fmt.Sprintf("Content-Type: %s\r\nContent-Length: %d\r\n", manifestType, len(bytes))
	head := c.head("PUT", "/v2/"+repository+"/manifests/"+reference, headers)
	expect(201, c.exchange(head, bytes))
	return content.describe(manifestType)
}

func expect(status int, got answer) answer {
	if got.status != status {
		fail("%d instead of %d: %s", got.status, status, got.text)
	}
	return got
}
