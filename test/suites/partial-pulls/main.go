// Partial-pulls pulls parts of layers with the libraries of podman and of the stargz snapshotter.
//
//	partial-pulls push REPOSITORY FOLDER CHANGED    pushes two versions of an image as zstd:chunked
//	partial-pulls pull REPOSITORY FOLDER CHANGED    pulls the first version, then the second, and verifies the files
//	partial-pulls holes REPOSITORY DIGEST FILE      reads missing chunks of a layer, and compares them with a copy of it
//
// REPOSITORY begins with the host and port of a registry, which speaks plain HTTP. CHANGED is the number of files in
// which the versions differ. FOLDER is on a file system that supports overlay.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"go.podman.io/storage/pkg/reexec"
)

const usage = "usage: partial-pulls push|pull REPOSITORY FOLDER CHANGED, or partial-pulls holes REPOSITORY DIGEST FILE"

func main() {
	// The storage library runs this program again to unpack layers.
	if reexec.Init() {
		return
	}
	if err := run(context.Background(), os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) != 4 {
		return errors.New(usage)
	}
	if args[0] == "holes" {
		return readHoles(ctx, args[1], args[2], args[3])
	}
	changed, err := strconv.Atoi(args[3])
	if err != nil {
		return err
	}
	images := images{repository: args[1], folder: args[2], changed: changed}
	switch args[0] {
	case "push":
		return images.push(ctx)
	case "pull":
		return images.pull(ctx)
	}
	return errors.New(usage)
}
