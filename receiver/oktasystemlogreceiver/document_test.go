// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// repository is the root of the repository.
const repository = "../.."

// Documents that are held against the code, from the repository's root.
const (
	introductionPath = "README.md"
	componentPath    = "receiver/oktasystemlogreceiver/README.md"
	hooksPath        = "receiver/oktasystemlogreceiver/docs/event-hooks.md"
	operatingPath    = "receiver/oktasystemlogreceiver/docs/operating.md"
	examplesPath     = "examples/README.md"
)

// document is a Markdown document, or a section of one.
type document string

// readDocument returns the text at a path from the repository's root.
func readDocument(t *testing.T, path string) document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, filepath.FromSlash(path)))
	require.NoError(t, err)
	return document(text)
}

// documents returns all documents of the repository, by their paths from its root.
func documents(t *testing.T) map[string]document {
	t.Helper()
	all := map[string]document{}
	require.NoError(t, filepath.WalkDir(repository, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(repository, path)
		name = filepath.ToSlash(name)
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "_build" || strings.HasPrefix(name, ".") && name != "." && name != ".github"):
			return filepath.SkipDir
		case entry.IsDir() || !strings.HasSuffix(name, ".md"):
			return nil
		}
		all[name] = readDocument(t, name)
		return nil
	}))
	return all
}

// section returns the lines below a heading, those of its subsections included.
func (d document) section(t *testing.T, heading string) document {
	t.Helper()
	var found strings.Builder
	level := 0
	for line, isCode := range d.lines() {
		depth, title := headingOf(line)
		switch {
		case isCode || depth == 0:
		case level == 0 && title == heading:
			level = depth
			continue
		case level > 0 && depth <= level:
			return document(found.String())
		}
		if level > 0 {
			found.WriteString(line + "\n")
		}
	}
	require.NotZero(t, level, "there is no section %q", heading)
	return document(found.String())
}

// lines are the lines, each with whether it belongs to a block of code.
func (d document) lines() func(yield func(string, bool) bool) {
	return func(yield func(string, bool) bool) {
		isCode := false
		for line := range strings.Lines(string(d)) {
			fence := strings.HasPrefix(strings.TrimSpace(line), "```")
			if !yield(strings.TrimSuffix(line, "\n"), isCode || fence) {
				return
			}
			isCode = isCode != fence
		}
	}
}

// headingOf returns the level and the title of a heading; level 0 for any other line.
func headingOf(line string) (level int, title string) {
	title = strings.TrimLeft(line, "#")
	level = len(line) - len(title)
	if level == 0 || level > 6 || !strings.HasPrefix(title, " ") {
		return 0, ""
	}
	return level, strings.TrimSpace(title)
}

// rows are the cells of all tables, without their heads.
func (d document) rows() (rows [][]string) {
	inTable := false
	for line, isCode := range d.lines() {
		line = strings.TrimSpace(line)
		if isCode || !strings.HasPrefix(line, "|") {
			inTable = false
			continue
		}
		if strings.HasPrefix(line, "| ---") {
			inTable = true
			continue
		}
		if !inTable {
			continue // the head
		}
		// A \| is text.
		line = strings.ReplaceAll(strings.Trim(line, "|"), `\|`, "\x00")
		var cells []string
		for cell := range strings.SplitSeq(line, "|") {
			cells = append(cells, strings.TrimSpace(strings.ReplaceAll(cell, "\x00", "|")))
		}
		rows = append(rows, cells)
	}
	return rows
}

// prose is the text without blocks of code.
func (d document) prose() string {
	var text strings.Builder
	for line, isCode := range d.lines() {
		if !isCode {
			text.WriteString(line + "\n")
		}
	}
	return text.String()
}

// code returns the blocks of code in a language.
func (d document) code(language string) (blocks []string) {
	for _, block := range regexp.MustCompile("(?ms)^ *```"+language+"\n(.*?)^ *```").FindAllStringSubmatch(string(d), -1) {
		blocks = append(blocks, block[1])
	}
	return blocks
}

// notInAnchors is what GitHub leaves out of a heading when it makes an anchor of it.
var notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)

// anchors are the names by which links reach the headings.
func (d document) anchors() (anchors []string) {
	for line, isCode := range d.lines() {
		level, title := headingOf(line)
		if isCode || level == 0 {
			continue
		}
		anchor := strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(title), ""), " ", "-")
		if slices.Contains(anchors, anchor) {
			anchor += "-1" // a third heading of the same title would be a mistake
		}
		anchors = append(anchors, anchor)
	}
	return anchors
}

// codeSpans are the texts that are set in type.
func codeSpans(text string) (spans []string) {
	for _, span := range codeSpan.FindAllStringSubmatch(text, -1) {
		spans = append(spans, span[1])
	}
	return spans
}
