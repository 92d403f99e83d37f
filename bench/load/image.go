package main

import (
	"fmt"
	"sync"
	"time"
)

// image is an image with large layers and a small one. Its content follows from its name alone, so that each run of this
// program knows the digests of what an earlier one has pushed.
type image struct {
	config, small blob
	large         []blob
}

const (
	imageTag = "latest"
	// As many as docker downloads at once.
	imageConnections = 3
)

// madeImage returns the image that the flags name.
func (l *load) madeImage() image {
	made := image{
		config: newBlob([]byte(`{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}`)),
		small:  newBlob(fmt.Appendf(nil, "%032s", l.content), l.noise[:smallBlob-32]),
	}
	for index := range l.layers {
		mark := fmt.Appendf(nil, "%024s%08d", l.content, index)
		made.large = append(made.large, newBlob(mark, l.noise[:largeBlob-32]))
	}
	return made
}

func (i image) blobs() []blob { return append([]blob{i.config, i.small}, i.large...) }

func (i image) bytes() (sum int64) {
	for _, content := range i.blobs() {
		sum += content.size
	}
	return sum
}

func (i image) manifest() manifest {
	made := manifest{SchemaVersion: 2, MediaType: manifestType, Config: i.config.describe(configType)}
	for _, layer := range i.blobs()[1:] {
		made.Layers = append(made.Layers, layer.describe(layerType))
	}
	return made
}

func (l *load) pushImage(name string) {
	made := l.madeImage()
	l.measure(name, "MB", float64(made.bytes())/1e6, func() []time.Duration {
		l.push(l.repository, made.blobs())
		l.once(func(c *connection) { c.put(l.repository, imageTag, made.manifest()) })
		return nil
	})
}

// pullImage does a pull as docker does: HEAD of the tag, GET of the manifest by digest, and several blobs at once.
func (l *load) pullImage(name string) {
	made := l.madeImage()
	reference := made.manifest().content().digest
	l.measure(name, "MB", float64(made.bytes())/1e6, func() []time.Duration {
		l.once(func(c *connection) {
			expect(200, c.exchange(c.head("HEAD", l.manifestAt(imageTag), accept)))
			expect(200, c.exchange(c.head("GET", l.manifestAt(reference), accept)))
		})
		return l.getBlobs(made.blobs())
	})
}

func (l *load) getBlobs(contents []blob) []time.Duration {
	next := make(chan blob)
	took := make([]time.Duration, 0, len(contents))
	var all sync.WaitGroup
	var guard sync.Mutex
	for range imageConnections {
		all.Go(func() {
			c := dial(l.addresses)
			defer c.close()
			for content := range next {
				begin := time.Now()
				expect(200, c.exchange(c.head("GET", l.blobAt(content), "")))
				guard.Lock()
				took = append(took, time.Since(begin))
				guard.Unlock()
			}
		})
	}
	for _, content := range contents {
		next <- content
	}
	close(next)
	all.Wait()
	return took
}

func (l *load) headImage(name string) {
	l.requests(name, l.times(4_000), 16, "HEAD", l.manifestAt(imageTag))
}

func (l *load) getImage(name string) {
	l.requests(name, l.times(4_000), 16, "GET", l.manifestAt(imageTag))
}

func (l *load) getSmall(name string) {
	l.requests(name, l.times(4_000), 16, "GET", l.blobAt(l.madeImage().small))
}

func (l *load) getLarge(name string) {
	target := l.blobAt(l.madeImage().large[0])
	l.repeat(1, 1, "GET", target)
	count := l.times(12)
	l.measure(name, "MB", megabytes(count), func() []time.Duration { return l.repeat(count, 1, "GET", target) })
}

func (l *load) manifestAt(reference string) string {
	return "/v2/" + l.repository + "/manifests/" + reference
}

func (l *load) blobAt(content blob) string {
	return "/v2/" + l.repository + "/blobs/" + content.digest
}
