package main

import (
	"context"
	"fmt"
	"path/filepath"

	"go.podman.io/image/v5/copy"
	"go.podman.io/image/v5/docker"
	"go.podman.io/image/v5/pkg/compression"
	"go.podman.io/image/v5/signature"
	imagestorage "go.podman.io/image/v5/storage"
	"go.podman.io/image/v5/tarball"
	"go.podman.io/image/v5/types"
	"go.podman.io/storage"
)

var versions = []string{"v1", "v2"}

// images are the versions of an image that differ in some files.
type images struct {
	// repository begins with the registry's host.
	repository string
	// folder holds the storage of pulled images, and caches.
	folder  string
	changed int
}

// push pushes each version as an image of one layer.
func (i images) push(ctx context.Context) error {
	for _, version := range versions {
		if err := i.pushVersion(ctx, version); err != nil {
			return fmt.Errorf("push of %s: %w", version, err)
		}
	}
	return nil
}

func (i images) pushVersion(ctx context.Context, version string) error {
	layer, err := tarOf(filesOf(version, i.changed))
	if err != nil {
		return err
	}
	image, err := tarball.NewReference([]string{"-"}, layer)
	if err != nil {
		return err
	}
	remote, err := i.remote(version)
	if err != nil {
		return err
	}
	destination := i.systemContext()
	destination.CompressionFormat = &compression.ZstdChunked
	return copyImage(ctx, remote, image, &copy.Options{DestinationCtx: destination})
}

// pull pulls one version after the other into a new storage with partial pulls, and verifies the files of each.
func (i images) pull(ctx context.Context) (err error) {
	store, err := storage.GetStore(storage.StoreOptions{
		RunRoot:         filepath.Join(i.folder, "run"),
		GraphRoot:       filepath.Join(i.folder, "root"),
		GraphDriverName: "overlay",
		PullOptions:     map[string]string{"enable_partial_images": "true"},
	})
	if err != nil {
		return err
	}
	defer func() {
		if _, failed := store.Shutdown(true); err == nil {
			err = failed
		}
	}()
	for _, version := range versions {
		if err := i.pullVersion(ctx, store, version); err != nil {
			return fmt.Errorf("pull of %s: %w", version, err)
		}
	}
	return nil
}

func (i images) pullVersion(ctx context.Context, store storage.Store, version string) error {
	remote, err := i.remote(version)
	if err != nil {
		return err
	}
	name := "localhost/app:" + version
	local, err := imagestorage.Transport.ParseStoreReference(store, name)
	if err != nil {
		return err
	}
	if err := copyImage(ctx, local, remote, &copy.Options{SourceCtx: i.systemContext()}); err != nil {
		return err
	}
	image, err := store.Image(name)
	if err != nil {
		return err
	}
	mounted, err := store.MountImage(image.ID, nil, "")
	if err != nil {
		return err
	}
	if err := verifyFiles(mounted, filesOf(version, i.changed)); err != nil {
		return err
	}
	_, err = store.UnmountImage(image.ID, false)
	return err
}

func (i images) remote(version string) (types.ImageReference, error) {
	return docker.ParseReference(fmt.Sprintf("//%s:%s", i.repository, version))
}

// systemContext allows plain HTTP, and leaves the configuration and the caches of the machine alone.
func (i images) systemContext() *types.SystemContext {
	return &types.SystemContext{
		DockerInsecureSkipTLSVerify: types.OptionalBoolTrue,
		AuthFilePath:                filepath.Join(i.folder, "auth.json"),
		BlobInfoCacheDir:            filepath.Join(i.folder, "cache"),
		SystemRegistriesConfPath:    "/dev/null",
		SystemRegistriesConfDirPath: filepath.Join(i.folder, "registries.d"),
	}
}

func copyImage(ctx context.Context, to, from types.ImageReference, options *copy.Options) error {
	policy, err := signature.NewPolicyContext(&signature.Policy{
		Default: signature.PolicyRequirements{signature.NewPRInsecureAcceptAnything()},
	})
	if err != nil {
		return err
	}
	defer policy.Destroy()
	_, err = copy.Image(ctx, policy, to, from, options)
	return err
}
