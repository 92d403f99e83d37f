package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

const (
	largeBlob = 64 << 20
	smallBlob = 10 << 10
	// The number of unmeasured operations before each measurement.
	warmReads  = 500
	warmWrites = 100
)

// workloads maps ids to workloads. Each prepares its content before its time begins.
var workloads = map[string]func(l *load, name string){
	"push-64m-x1":          func(l *load, name string) { l.pushLarge(name, 4, 1) },
	"push-64m-x4":          func(l *load, name string) { l.pushLarge(name, 8, 4) },
	"pull-64m-x1":          func(l *load, name string) { l.pullLarge(name, 24, 1) },
	"pull-64m-x8":          func(l *load, name string) { l.pullLarge(name, 40, 8) },
	"push-10k-x8":          (*load).pushSmall,
	"pull-10k-x8":          (*load).pullSmall,
	"manifest-put-tag":     (*load).putByTag,
	"manifest-head-tag":    func(l *load, name string) { l.readManifest(name, "HEAD", "latest") },
	"manifest-head-digest": func(l *load, name string) { l.readManifest(name, "HEAD", "") },
	"manifest-get-tag":     func(l *load, name string) { l.readManifest(name, "GET", "latest") },
	"manifest-get-digest":  func(l *load, name string) { l.readManifest(name, "GET", "") },
	"blob-head":            (*load).headBlob,
	"blob-redirect":        (*load).redirectBlob,
	"tags-n100":            func(l *load, name string) { l.listTags(name, 1_000, 1_500, "?n=100") },
	"tags-all":             func(l *load, name string) { l.listTags(name, 5_000, 60, "") },
	"referrer-put":         (*load).putReferrers,
	"referrers-list":       (*load).listReferrers,
	"head-during-pushes":   (*load).headDuringPushes,
	"stored-head-tag":      (*load).headStored,
	"stored-put-tag":       (*load).putStored,
	"stored-page":          (*load).pageStored,
	"push-huge":            (*load).pushHuge,
	"pull-huge":            (*load).pullHuge,
	"check-huge":           (*load).checkHuge,
	"slow-pulls":           (*load).pullSlowly,
	"image-push":           (*load).pushImage,
	"image-pull":           (*load).pullImage,
	"image-head-tag":       (*load).headImage,
	"image-get-tag":        (*load).getImage,
	"image-get-small":      (*load).getSmall,
	"image-get-large":      (*load).getLarge,
}

// load is a run against one server.
type load struct {
	server
	stored
	scale float64
	// Random bytes that blobs share. Only the beginning of a blob is unique.
	noise []byte
	made  int
	run   int64
	// The number of tags created so far in the repository of listTags.
	tagged int
	huge   blob
}

func newLoad(s server, scale float64) *load {
	noise := make([]byte, largeBlob)
	rand.NewChaCha8([32]byte{}).Read(noise)
	return &load{server: s, scale: scale, noise: noise, run: time.Now().UnixNano()}
}

// times returns the usual number of operations, scaled.
func (l *load) times(usual int) int {
	return max(1, int(math.Round(float64(usual)*l.scale)))
}

// blobs returns new content, which no registry has yet.
func (l *load) blobs(count, size int) []blob {
	made := make([]blob, count)
	for index := range made {
		l.made++
		made[index] = newBlob(fmt.Appendf(nil, "%020d-%011d", l.run, l.made), l.noise[:size-32])
	}
	return made
}

// image pushes the blobs of an image and returns its manifest, which is not pushed.
func (l *load) image(repository string) manifest {
	c := dial(l.addresses)
	defer c.close()
	config := newBlob([]byte(`{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}`))
	layer := l.blobs(1, smallBlob)[0]
	c.push(repository, config)
	c.push(repository, layer)
	return manifest{
		SchemaVersion: 2,
		MediaType:     manifestType,
		Config:        config.describe(configType),
		Layers:        []descriptor{layer.describe(layerType)},
	}
}

// marked returns the same image with another digest.
func (m manifest) marked(mark any) manifest {
	m.Annotations = map[string]string{"mark": fmt.Sprint(mark)}
	return m
}

func (l *load) pushLarge(name string, usual, connections int) {
	count := l.times(usual)
	contents := l.blobs(count+1, largeBlob)
	l.push("bench/"+name, contents[count:])
	l.measure(name, "MB", megabytes(count), func() []time.Duration {
		return l.inParallel(count, connections, func(c *connection, index int) {
			c.push("bench/"+name, contents[index])
		})
	})
}

func (l *load) pullLarge(name string, usual, connections int) {
	contents := l.blobs(1, largeBlob)
	l.push("bench/"+name, contents)
	target := "/v2/bench/" + name + "/blobs/" + contents[0].digest
	l.repeat(connections, connections, "GET", target)
	count := l.times(usual)
	l.measure(name, "MB", megabytes(count), func() []time.Duration {
		return l.repeat(count, connections, "GET", target)
	})
}

func (l *load) pushSmall(name string) {
	count := l.times(500)
	contents := l.blobs(count+warmWrites, smallBlob)
	l.operations(name, count, warmWrites, 8, func(c *connection, index int) {
		c.push("bench/"+name, contents[index])
	})
}

func (l *load) pullSmall(name string) {
	contents := l.blobs(100, smallBlob)
	l.push("bench/"+name, contents)
	l.operations(name, l.times(3_000), warmReads, 8, func(c *connection, index int) {
		digest := contents[index%len(contents)].digest
		expect(200, c.exchange(c.head("GET", "/v2/bench/"+name+"/blobs/"+digest, "")))
	})
}

func (l *load) putByTag(name string) {
	image := l.image("bench/" + name)
	l.operations(name, l.times(2_000), warmWrites, 8, func(c *connection, index int) {
		c.put("bench/"+name, tagName(index), image.marked(index))
	})
}

func (l *load) readManifest(name, method, reference string) {
	image := l.image("bench/" + name).marked(name)
	var pushed descriptor
	l.once(func(c *connection) { pushed = c.put("bench/"+name, "latest", image) })
	if reference == "" {
		reference = pushed.Digest
	}
	l.requests(name, l.times(4_000), 16, method, "/v2/bench/"+name+"/manifests/"+reference)
}

// headBlob does not follow the redirects that distribution answers with when its blobs are in an object store.
func (l *load) headBlob(name string) {
	l.askForBlob(name, l.times(8_000), "HEAD", 200, 307)
}

// redirectBlob requests a blob from a registry that sends clients to its object store, where it does not follow.
func (l *load) redirectBlob(name string) {
	l.askForBlob(name, l.times(4_000), "GET", 307)
}

func (l *load) askForBlob(name string, count int, method string, allowed ...int) {
	contents := l.blobs(1, smallBlob)
	l.push("bench/"+name, contents)
	head := (&connection{address: l.addresses[0]}).head(method, "/v2/bench/"+name+"/blobs/"+contents[0].digest, "")
	l.operations(name, count, min(count, warmReads), 16, func(c *connection, _ int) {
		if got := c.exchange(head); !slices.Contains(allowed, got.status) {
			expect(allowed[0], got)
		}
	})
}

// listTags uses the same repository for all of its workloads, because creating five thousand tags
// takes a while.
func (l *load) listTags(name string, tags, usual int, query string) {
	const repository = "bench/tags"
	image := l.image(repository)
	missing, offset := l.times(tags)-l.tagged, l.tagged
	l.inParallel(max(0, missing), 8, func(c *connection, index int) {
		c.put(repository, tagName(offset+index), image.marked(offset+index))
	})
	l.tagged += max(0, missing)
	l.requests(name, l.times(usual), 16, "GET", "/v2/"+repository+"/tags/list"+query)
}

func (l *load) putReferrers(name string) {
	referrer := l.referrer("bench/" + name)
	l.operations(name, l.times(2_000), warmWrites, 8, func(c *connection, index int) {
		c.put("bench/"+name, "", referrer.marked(index))
	})
}

func (l *load) listReferrers(name string) {
	referrer := l.referrer("bench/" + name)
	l.inParallel(l.times(500), 8, func(c *connection, index int) {
		c.put("bench/"+name, "", referrer.marked(index))
	})
	l.requests(name, l.times(200), 4, "GET", "/v2/bench/"+name+"/referrers/"+referrer.Subject.Digest)
}

// referrer pushes a subject and returns a manifest that refers to it, which is not pushed.
func (l *load) referrer(repository string) manifest {
	image := l.image(repository)
	var subject descriptor
	l.once(func(c *connection) { subject = c.put(repository, "subject", image.marked("subject")) })
	image.Subject, image.ArtifactType = &subject, "application/vnd.example"
	return image
}

// headDuringPushes sends two hundred HEAD requests a second while four clients push.
func (l *load) headDuringPushes(name string) {
	image := l.image("bench/" + name).marked(name)
	l.once(func(c *connection) { c.put("bench/"+name, "latest", image) })
	contents := l.blobs(l.times(16), largeBlob)
	l.measure(name, "MB", megabytes(len(contents)), func() []time.Duration {
		stop, took := make(chan struct{}), make(chan []time.Duration)
		go func() {
			took <- l.paced(5*time.Millisecond, stop, func(c *connection) {
				expect(200, c.exchange(c.head("HEAD", "/v2/bench/"+name+"/manifests/latest", accept)))
			})
		}()
		l.inParallel(len(contents), 4, func(c *connection, index int) {
			c.push("bench/"+name, contents[index])
		})
		close(stop)
		return <-took
	})
}

// operations measures count operations, after warm ones with the indices that follow, because a
// new server is slow at first.
func (l *load) operations(name string, count, warm, connections int, operation func(c *connection, index int)) {
	l.inParallel(warm, connections, func(c *connection, index int) { operation(c, count+index) })
	l.measure(name, "op", float64(count), func() []time.Duration {
		return l.inParallel(count, connections, operation)
	})
}

// requests measures the same request, repeated.
func (l *load) requests(name string, count, connections int, method, target string) {
	l.repeat(min(count, warmReads), connections, method, target)
	l.measure(name, "op", float64(count), func() []time.Duration {
		return l.repeat(count, connections, method, target)
	})
}

func (l *load) repeat(count, connections int, method, target string) []time.Duration {
	head := (&connection{address: l.addresses[0]}).head(method, target, accept)
	return l.inParallel(count, connections, func(c *connection, _ int) { expect(200, c.exchange(head)) })
}

func (l *load) push(repository string, contents []blob) {
	l.inParallel(len(contents), 4, func(c *connection, index int) { c.push(repository, contents[index]) })
}

func (l *load) once(work func(c *connection)) {
	l.inParallel(1, 1, func(c *connection, _ int) { work(c) })
}

func megabytes(blobs int) float64 { return float64(blobs) * largeBlob / 1e6 }

func tagName(index int) string { return fmt.Sprintf("t%06d", index) }
