package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/containerd/containerd/v2/core/remotes/docker"
	"github.com/containerd/containerd/v2/pkg/reference"
	"github.com/containerd/stargz-snapshotter/cache"
	"github.com/containerd/stargz-snapshotter/fs/config"
	"github.com/containerd/stargz-snapshotter/fs/remote"
	"github.com/opencontainers/go-digest"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

const (
	holes     = 100
	chunkSize = 1_000
)

// readHoles caches every second chunk at the start of a layer, then reads all chunks there at once.
//
// The second read is one request with a range for each missing chunk. The bytes must be those of the layer's copy.
func readHoles(ctx context.Context, repository, layer, copyOfLayer string) error {
	expected, err := os.ReadFile(copyOfLayer)
	if err != nil {
		return err
	}
	blob, err := openBlob(ctx, repository, ocispec.Descriptor{Digest: digest.Digest(layer), Size: int64(len(expected))})
	if err != nil {
		return err
	}
	defer blob.Close()
	for n := range int64(holes) {
		if err := blob.Cache((2*n+1)*chunkSize, chunkSize); err != nil {
			return err
		}
	}
	found := make([]byte, 2*holes*chunkSize)
	if _, err := blob.ReadAt(found, 0); err != nil {
		return err
	}
	if !bytes.Equal(found, expected[:len(found)]) {
		return fmt.Errorf("the chunks of %s have the wrong content", layer)
	}
	return nil
}

func openBlob(ctx context.Context, repository string, layer ocispec.Descriptor) (remote.Blob, error) {
	name, err := reference.Parse(repository + ":" + versions[0])
	if err != nil {
		return nil, err
	}
	hosts := func(reference.Spec) ([]docker.RegistryHost, error) {
		host := docker.RegistryHost{
			Client:       &http.Client{Transport: http.DefaultTransport},
			Host:         name.Hostname(),
			Scheme:       "http",
			Path:         "/v2",
			Capabilities: docker.HostCapabilityPull,
		}
		return []docker.RegistryHost{host}, nil
	}
	resolver := remote.NewResolver(config.BlobConfig{ChunkSize: chunkSize}, nil)
	return resolver.Resolve(ctx, hosts, name, layer, cache.NewMemoryCache())
}
