package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The unit of CPU time in /proc, which is the same on every architecture of Linux.
const ticksPerSecond = 100

// processTree is a set of processes, by id, with all of their descendants.
type processTree []int

func newProcessTree(pids string) processTree {
	var roots processTree
	for _, text := range strings.FieldsFunc(pids, func(r rune) bool { return r == ',' }) {
		pid, err := strconv.Atoi(text)
		if err != nil {
			fail("-pid %s: no process id", text)
		}
		roots = append(roots, pid)
	}
	return roots
}

// cpuSeconds returns the CPU time of the tree so far, including ended children that were waited
// for.
func (roots processTree) cpuSeconds() float64 {
	ticks := 0.0
	for _, pid := range roots.pids() {
		fields, ok := statFields(fmt.Sprintf("/proc/%d/stat", pid))
		if !ok {
			continue
		}
		for _, field := range fields[11:15] {
			value, _ := strconv.ParseFloat(field, 64)
			ticks += value
		}
	}
	return ticks / ticksPerSecond
}

// memoryMiB returns the sum of proportional set sizes, in which shared memory is counted once.
func (roots processTree) memoryMiB() float64 {
	total := 0.0
	for _, pid := range roots.pids() {
		text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
		for line := range strings.SplitSeq(string(text), "\n") {
			if size, found := strings.CutPrefix(line, "Pss:"); found {
				kib, _ := strconv.ParseFloat(strings.Fields(size)[0], 64)
				total += kib / 1024
			}
		}
	}
	return total
}

func (roots processTree) pids() []int {
	if len(roots) == 0 {
		return nil
	}
	children := map[int][]int{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		fields, ok := statFields(file)
		if !ok {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		parent, _ := strconv.Atoi(fields[1])
		children[parent] = append(children[parent], pid)
	}
	found := slices.Clone(roots)
	for index := 0; index < len(found); index++ {
		found = append(found, children[found[index]]...)
	}
	return found
}

// statFields returns the fields after the command's name, which may itself contain spaces and
// brackets.
func statFields(file string) ([]string, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, false
	}
	_, rest, _ := strings.Cut(string(text[strings.LastIndexByte(string(text), ')'):]), ")")
	return strings.Fields(rest), true
}
