package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The kernel's unit of processor time in /proc, on every architecture that Linux has.
const ticksPerSecond = 100

// processTree is some processes, by their ids, with all their descendants.
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

// cpuSeconds is what the tree has used so far, ended children that were waited for included.
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

// memoryMiB is the sum of proportional set sizes: what processes share counts once.
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

// statFields is what stands behind the command's name, which may have spaces and brackets of its own.
func statFields(file string) ([]string, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, false
	}
	_, rest, _ := strings.Cut(string(text[strings.LastIndexByte(string(text), ')'):]), ")")
	return strings.Fields(rest), true
}
