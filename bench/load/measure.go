package main

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// server is the registry under load.
type server struct {
	// One for each instance.
	addresses []string
	tree      processTree
	// The servers that the registry uses, by name.
	beside map[string]processTree
}

// result is the printed result of one workload, from which rates and costs are computed.
type result struct {
	Workload string `json:"workload"`
	// MB (a million bytes) or op.
	Unit   string  `json:"unit"`
	Amount float64 `json:"amount"`
	// From the first request to the last response.
	Seconds float64 `json:"seconds"`
	// CPU time of the server's process tree, and of this program.
	ServerSeconds float64 `json:"serverSeconds"`
	// CPU time of the servers that the registry uses, by name.
	BesideSeconds map[string]float64 `json:"besideSeconds,omitempty"`
	ClientSeconds float64            `json:"clientSeconds"`
	IdleMiB       float64            `json:"idleMiB"`
	PeakMiB       float64            `json:"peakMiB"`
	P50Ms         float64            `json:"p50Ms"`
	P99Ms         float64            `json:"p99Ms"`
	MaxMs         float64            `json:"maxMs"`
}

const (
	sampleEvery = 100 * time.Millisecond
	// The work of a server just after its last response is measured, too.
	settle = 50 * time.Millisecond
)

// measure runs work, which returns the duration of each operation, and prints the result.
func (s server) measure(workload, unit string, amount float64, work func() []time.Duration) {
	got := result{Workload: workload, Unit: unit, Amount: amount, IdleMiB: s.tree.memoryMiB()}
	stop := make(chan struct{})
	peak := s.watchMemory(stop)
	besideBefore := s.besideSeconds()
	serverBefore, clientBefore, begin := s.tree.cpuSeconds(), ownSeconds(), time.Now()
	took := work()
	got.Seconds = time.Since(begin).Seconds()
	got.ClientSeconds = ownSeconds() - clientBefore
	time.Sleep(settle)
	got.ServerSeconds = s.tree.cpuSeconds() - serverBefore
	got.BesideSeconds = s.besideSeconds()
	for name, before := range besideBefore {
		got.BesideSeconds[name] -= before
	}
	close(stop)
	got.PeakMiB = <-peak
	print(got.with(took))
}

func (s server) besideSeconds() map[string]float64 {
	seconds := map[string]float64{}
	for name, tree := range s.beside {
		seconds[name] = tree.cpuSeconds()
	}
	return seconds
}

func (r result) with(took []time.Duration) result {
	slices.Sort(took)
	r.P50Ms, r.P99Ms, r.MaxMs = quantile(took, 0.5), quantile(took, 0.99), quantile(took, 1)
	return r
}

func print(r result) {
	if err := json.NewEncoder(os.Stdout).Encode(r); err != nil {
		fail("%v", err)
	}
}

func (s server) watchMemory(stop <-chan struct{}) <-chan float64 {
	result := make(chan float64)
	go func() {
		peak := 0.0
		for {
			peak = max(peak, s.tree.memoryMiB())
			select {
			case <-stop:
				result <- peak
				return
			case <-time.After(sampleEvery):
			}
		}
	}()
	return result
}

// inParallel runs operation for each index below count, on several connections, and returns all
// durations.
func (s server) inParallel(count, connections int, operation func(c *connection, index int)) []time.Duration {
	took := make([]time.Duration, count)
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(connections, count) {
		workers.Go(func() {
			c := dial(s.addresses)
			defer c.close()
			for index := int(next.Add(1)) - 1; index < count; index = int(next.Add(1)) - 1 {
				begin := time.Now()
				operation(c, index)
				took[index] = time.Since(begin)
			}
		})
	}
	workers.Wait()
	return took
}

// paced runs operation at fixed times until stop is closed. Waiting for a late operation is part
// of the duration.
func (s server) paced(every time.Duration, stop <-chan struct{}, operation func(c *connection)) []time.Duration {
	c := dial(s.addresses)
	defer c.close()
	var took []time.Duration
	for due := time.Now(); ; due = due.Add(every) {
		select {
		case <-stop:
			return took
		case <-time.After(time.Until(due)):
		}
		operation(c)
		took = append(took, time.Since(due))
	}
}

func ownSeconds() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return math.NaN()
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
}

func quantile(sorted []time.Duration, part float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	index := int(math.Ceil(part*float64(len(sorted)))) - 1
	return sorted[max(index, 0)].Seconds() * 1000
}
