// Load drives one OCI registry on loopback, and prints a line of JSON for each workload: the work, its duration,
// and its cost for the server and the client.
//
//	load -url http://127.0.0.1:5000 -pid 4711 -workloads push-64m-x1,blob-head -scale 0.1
package main

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"strings"
)

func main() {
	address := flag.String("url", "http://127.0.0.1:5000", "the URL of the registry")
	pids := flag.String("pid", "", "the roots of the server's process trees, with commas between")
	chosen := flag.String("workloads", "", "which ones, in this order, with commas between")
	scale := flag.Float64("scale", 1, "how much of the usual amount")
	repository := flag.String("repository", "bench/stored", "what the workloads about size work on")
	repositories := flag.Int("repositories", 1, "how many of them there are; above one, they are that name's r000000 and up")
	tags := flag.Int("tags", 100, "how many tags each has, t000000 and up")
	gib := flag.Float64("gib", 10, "the size of the huge blob")
	content := flag.String("content", "image", "what the image of the workloads about images consists of")
	layers := flag.Int("layers", 1, "how many large layers it has")
	flag.Parse()

	parsed, err := url.Parse(*address)
	if err != nil || parsed.Host == "" {
		fail("-url %s: no URL", *address)
	}
	load := newLoad(server{address: parsed.Host, tree: newProcessTree(*pids)}, *scale)
	load.stored = stored{
		repository:   *repository,
		repositories: *repositories,
		tags:         *tags,
		hugeBytes:    int64(*gib * (1 << 30)),
		content:      *content,
		layers:       *layers,
	}
	for _, name := range strings.Split(*chosen, ",") {
		work, known := workloads[name]
		if !known {
			fail("unknown workload: %s", name)
		}
		work(load, name)
	}
}

// fail ends the program, because a load with one wrong response measures nothing.
func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
