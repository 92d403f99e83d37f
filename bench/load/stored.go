package main

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"sync"
	"time"
)

// stored describes the store that was built before, for the workloads about its size.
type stored struct {
	repository string
	// With more than one, they are numbered below that name.
	repositories int
	// The number of tags of each: t000000 and up.
	tags      int
	hugeBytes int64
	// The name from which the content of an image follows, and the number of its large layers.
	content string
	layers  int
}

const (
	// The blob that every repository of such a store has.
	storedConfig = "{}"
	pageRounds   = 40
	slowReaders  = 1_000
	slowBytes    = 16 << 10
	slowEvery    = 100 * time.Millisecond
	slowTimes    = 100
)

func (s stored) at(index int) string {
	if s.repositories == 1 {
		return s.repository
	}
	return fmt.Sprintf("%s/r%06d", s.repository, index%s.repositories)
}

func (s stored) image() manifest {
	config := newBlob([]byte(storedConfig)).describe(configType)
	return manifest{SchemaVersion: 2, MediaType: manifestType, Config: config, Layers: []descriptor{config}}
}

// headStored spreads over all tags, so that caches of a few of them are not all that is measured.
func (l *load) headStored(name string) {
	order := rand.New(rand.NewPCG(uint64(l.run), 0)).Perm(l.tags * l.repositories)
	l.operations(name, l.times(8_000), warmReads, 16, func(c *connection, index int) {
		place := order[index%len(order)]
		target := "/v2/" + l.at(place) + "/manifests/" + tagName(place%l.tags)
		expect(200, c.exchange(c.head("HEAD", target, accept)))
	})
}

func (l *load) putStored(name string) {
	l.operations(name, l.times(800), warmWrites, 8, func(c *connection, index int) {
		c.put(l.at(index), "new-"+tagName(index), l.stored.image().marked(index))
	})
}

// pageStored requests a page right after a tag was set, and measures what another client waits
// meanwhile.
func (l *load) pageStored(name string) {
	stop, others := make(chan struct{}), make(chan []time.Duration)
	go func() {
		others <- l.paced(time.Millisecond, stop, func(c *connection) {
			expect(200, c.exchange(c.head("HEAD", "/v2/"+l.at(0)+"/manifests/"+tagName(0), accept)))
		})
	}()
	rounds := l.times(pageRounds)
	l.measure(name, "op", float64(rounds), func() []time.Duration {
		took := make([]time.Duration, rounds)
		l.once(func(c *connection) {
			for round := range took {
				c.put(l.at(0), fmt.Sprintf("page-%d", round), l.stored.image().marked(round))
				begin := time.Now()
				expect(200, c.exchange(c.head("GET", "/v2/"+l.at(0)+"/tags/list?n=100", "")))
				took[round] = time.Since(begin)
			}
		})
		return took
	})
	close(stop)
	seen := <-others
	print(result{Workload: name + "-others", Unit: "op", Amount: float64(len(seen))}.with(seen))
}

// hugeBlob returns a blob of the requested size that takes little memory.
func (l *load) hugeBlob() blob {
	if l.huge.size > 0 {
		return l.huge
	}
	pieces := [][]byte{fmt.Appendf(nil, "%032d", l.run)}
	for left := l.hugeBytes - 32; left > 0; left -= int64(len(pieces[len(pieces)-1])) {
		pieces = append(pieces, l.noise[:min(left, largeBlob)])
	}
	l.huge = newBlob(pieces...)
	return l.huge
}

func (l *load) pushHuge(name string) {
	content := l.hugeBlob()
	l.measure(name, "MB", float64(content.size)/1e6, func() []time.Duration {
		return l.inParallel(1, 1, func(c *connection, _ int) { c.push("bench/huge", content) })
	})
}

// pullHuge pulls the blob that pushHuge pushed.
func (l *load) pullHuge(name string) {
	content := l.hugeBlob()
	l.measure(name, "MB", float64(content.size)/1e6, func() []time.Duration {
		return l.repeat(1, 1, "GET", "/v2/bench/huge/blobs/"+content.digest)
	})
}

// checkHuge pulls the blob that pushHuge pushed, and compares its digest.
func (l *load) checkHuge(name string) {
	content := l.hugeBlob()
	l.measure(name, "MB", float64(content.size)/1e6, func() []time.Duration {
		return l.inParallel(1, 1, func(c *connection, _ int) {
			c.send(c.head("GET", "/v2/bench/huge/blobs/"+content.digest, ""))
			got, hash := c.readHead(), sha256.New()
			expect(200, got.answer)
			if _, err := io.CopyN(hash, c.in, got.length); err != nil {
				fail("a pull ended early: %v", err)
			}
			if digest := "sha256:" + hex.EncodeToString(hash.Sum(nil)); digest != content.digest {
				fail("%s instead of %s", digest, content.digest)
			}
		})
	})
}

// pullSlowly lets a thousand clients read a little of a large blob now and then, all at once.
func (l *load) pullSlowly(name string) {
	content := l.blobs(1, largeBlob)[0]
	l.once(func(c *connection) { c.push("bench/"+name, content) })
	readers := l.times(slowReaders)
	amount := float64(readers) * slowBytes * slowTimes / 1e6
	l.measure(name, "MB", amount, func() []time.Duration {
		var all sync.WaitGroup
		for range readers {
			all.Go(func() { l.readSlowly("/v2/bench/" + name + "/blobs/" + content.digest) })
		}
		all.Wait()
		return nil
	})
}

func (l *load) readSlowly(target string) {
	c := dialWith(l.addresses[0], slowBytes)
	defer c.close()
	c.send(c.head("GET", target, ""))
	expect(200, c.readHead().answer)
	for range slowTimes {
		time.Sleep(slowEvery)
		if _, err := io.CopyN(io.Discard, c.in, slowBytes); err != nil {
			fail("a slow pull ended early: %v", err)
		}
	}
}
