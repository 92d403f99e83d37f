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
	urls := flag.String("url", "http://127.0.0.1:5000", "the URLs of the instances of the registry, with commas between")
	pids := flag.String("pid", "", "the roots of the server's process trees, with commas between")
	beside := flag.String("beside", "", "the servers that the registry uses: NAME=PID, with commas between")
	chosen := flag.String("workloads", "", "which ones, in this order, with commas between")
	scale := flag.Float64("scale", 1, "how much of the usual amount")
	repository := flag.String("repository", "bench/stored", "what the workloads about size work on")
	repositories := flag.Int("repositories", 1, "how many of them there are; above one, they are that name's r000000 and up")
	tags := flag.Int("tags", 100, "how many tags each has, t000000 and up")
	gib := flag.Float64("gib", 10, "the size of the huge blob")
	content := flag.String("content", "image", "what the image of the workloads about images consists of")
	layers := flag.Int("layers", 1, "how many large layers it has")
	flag.Parse()

	load := newLoad(server{addresses: hostsOf(*urls), tree: newProcessTree(*pids), beside: namedTrees(*beside)}, *scale)
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

func hostsOf(urls string) (hosts []string) {
	for _, text := range strings.Split(urls, ",") {
		parsed, err := url.Parse(text)
		if err != nil || parsed.Host == "" {
			fail("-url %s: no URL", text)
		}
		hosts = append(hosts, parsed.Host)
	}
	return hosts
}

func namedTrees(text string) map[string]processTree {
	trees := map[string]processTree{}
	for _, pair := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' }) {
		name, pid, _ := strings.Cut(pair, "=")
		trees[name] = newProcessTree(pid)
	}
	return trees
}

// fail ends the program, because a load with one wrong response measures nothing.
func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(1)
}
