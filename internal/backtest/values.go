// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// eachValue calls f with each JSON value of an array, or of values that follow each other, and the line on which it
// begins.
func eachValue(from io.Reader, f func(line int, value []byte)) error {
	reader := bufio.NewReader(from)
	line, array, err := beginsArray(reader)
	if err != nil {
		return err
	}
	lines := &lineReader{from: reader, line: line}
	decoder := json.NewDecoder(lines)
	if array {
		if _, err := decoder.Token(); err != nil {
			return err
		}
	}
	for !array || decoder.More() {
		var value json.RawMessage
		if err := decoder.Decode(&value); errors.Is(err, io.EOF) && !array {
			return nil
		} else if err != nil {
			return lines.explain(err)
		}
		// A decoded value carries no white space around it.
		f(lines.at(decoder.InputOffset()-int64(len(value))), bytes.Clone(value))
	}
	if _, err := decoder.Token(); err != nil {
		return fmt.Errorf("the array has no end, the file was cut off: export it again, or add the ] that is missing: %w", err)
	}
	return nil
}

// beginsArray looks at the first byte that isn't white space, and skips a byte order mark. It returns the line of that
// byte. An empty file has no array.
func beginsArray(reader *bufio.Reader) (line int, array bool, err error) {
	if mark, _ := reader.Peek(3); string(mark) == "\ufeff" {
		_, _ = reader.Discard(3) // it was just seen
	}
	for line = 1; ; {
		first, err := reader.ReadByte()
		if errors.Is(err, io.EOF) {
			return line, false, nil
		}
		if err != nil {
			return line, false, err
		}
		if !strings.ContainsRune(" \t\r\n", rune(first)) {
			return line, first == '[', reader.UnreadByte()
		}
		if first == '\n' {
			line++
		}
	}
}

// lineReader knows on which line each byte is that was read through it.
type lineReader struct {
	from io.Reader
	// line is the line that has the byte asked for last.
	line int
	// breaks are where lines end, from that byte on.
	breaks []int64
	read   int64
}

// Read implements io.Reader.
func (r *lineReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	for i, b := range p[:n] {
		if b == '\n' {
			r.breaks = append(r.breaks, r.read+int64(i))
		}
	}
	r.read += int64(n)
	return n, err
}

// at returns the line of a byte, which comes after that asked for before.
func (r *lineReader) at(offset int64) int {
	for len(r.breaks) > 0 && r.breaks[0] < offset {
		r.line++
		r.breaks = r.breaks[1:]
	}
	return r.line
}

// explain says on which line the text is no JSON, and what to do.
func (r *lineReader) explain(err error) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		line := r.at(syntax.Offset - 1)
		if syntax.Offset == 1 {
			return fmt.Errorf("line %d: %w: give it JSON, in UTF-8 and not compressed: a LogEvent on each line, or an array of them", line, err)
		}
		return fmt.Errorf("line %d: %w: correct that, or remove the event", line, err)
	case errors.Is(err, io.ErrUnexpectedEOF):
		// The last line, and not that of the last event's beginning: an event may have several lines.
		return fmt.Errorf("line %d: the last event has no end, the file was cut off: export it again, or remove what is there of the event: %w", r.at(r.read-1), err)
	}
	return err
}
