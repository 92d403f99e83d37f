package main

import (
	"archive/tar"
	"bytes"
	"crypto/sha3"
	"fmt"
	"os"
	"path/filepath"
)

const (
	changedBytes = 256
	sameBytes    = 16_384
)

type file struct {
	name    string
	content []byte
}

// filesOf returns small files that differ in each version, alternating with larger ones that all versions have.
func filesOf(version string, changed int) []file {
	var files []file
	for n := range changed {
		files = append(files,
			file{fmt.Sprintf("%04d-changed", n), incompressible(fmt.Sprintf("%s %d", version, n), changedBytes)},
			file{fmt.Sprintf("%04d-same", n), incompressible(fmt.Sprintf("same %d", n), sameBytes)})
	}
	return files
}

func incompressible(seed string, length int) []byte {
	return sha3.SumSHAKE256([]byte(seed), length)
}

// tarOf returns a layer of the given files.
func tarOf(files []file) ([]byte, error) {
	var layer bytes.Buffer
	writer := tar.NewWriter(&layer)
	for _, file := range files {
		header := &tar.Header{Name: file.name, Mode: 0o644, Size: int64(len(file.content)), Typeflag: tar.TypeReg}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := writer.Write(file.content); err != nil {
			return nil, err
		}
	}
	return layer.Bytes(), writer.Close()
}

// verifyFiles returns an error unless a folder has exactly the given files.
func verifyFiles(folder string, files []file) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	if len(entries) != len(files) {
		return fmt.Errorf("%d files were pulled instead of %d", len(entries), len(files))
	}
	for _, file := range files {
		found, err := os.ReadFile(filepath.Join(folder, file.name))
		if err != nil {
			return err
		}
		if !bytes.Equal(found, file.content) {
			return fmt.Errorf("%s has the wrong content", file.name)
		}
	}
	return nil
}
