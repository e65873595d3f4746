// SPDX-License-Identifier: Apache-2.0

package backtest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
)

// load reads the LogEvents of a file and leaves out those published before start. What is malformed in an event, such
// as an impossible published time, stays as it was recorded, and an event without a time that can be read is never too
// early.
func load(path string, start time.Time) ([]oktatest.Event, error) {
	file, err := os.Open(path) //nolint:gosec // the user names the file
	if err != nil {
		return nil, fmt.Errorf("read the recorded events: %w", err)
	}
	defer file.Close() //nolint:errcheck // opened for reading
	var events []oktatest.Event
	withUUID := 0
	err = eachObject(file, func(object []byte) {
		var named struct{ UUID json.RawMessage }
		if json.Unmarshal(object, &named) == nil && named.UUID != nil {
			withUUID++
		}
		event, err := logevent.Parse(object)
		if err != nil {
			event = oktatest.Event{JSON: object}
		} else if event.Published.Before(start) {
			return
		}
		events = append(events, event)
	})
	if err != nil {
		return nil, fmt.Errorf("read the recorded events: %s: %w", path, err)
	}
	if withUUID == 0 && len(events) > 0 {
		return nil, fmt.Errorf("read the recorded events: %s: none of its %d objects has a uuid: give it events as okta sends them, without an envelope", path, len(events))
	}
	return events, nil
}

// eachObject calls f with each JSON object of an array, or of objects that follow each other.
func eachObject(from io.Reader, f func(object []byte)) error {
	reader := bufio.NewReader(from)
	array, err := beginsArray(reader)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(reader)
	if array {
		if _, err := decoder.Token(); err != nil {
			return err
		}
	}
	for number := 1; !array || decoder.More(); number++ {
		var object json.RawMessage
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) && !array {
			return nil
		} else if err != nil {
			return fmt.Errorf("event %d: %w", number, err)
		}
		// A decoded value carries no white space around it.
		if object[0] != '{' {
			return fmt.Errorf("event %d must be a JSON object", number)
		}
		f(bytes.Clone(object))
	}
	if _, err := decoder.Token(); err != nil {
		return fmt.Errorf("the array has no end: %w", err)
	}
	return nil
}

// beginsArray looks at the first byte that isn't white space, and skips a byte order mark. An empty file has no array.
func beginsArray(reader *bufio.Reader) (bool, error) {
	if mark, _ := reader.Peek(3); string(mark) == "\ufeff" {
		_, _ = reader.Discard(3) // it was just seen
	}
	for {
		first, err := reader.ReadByte()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if !strings.ContainsRune(" \t\r\n", rune(first)) {
			return first == '[', reader.UnreadByte()
		}
	}
}

// parseStart reads a time, or a look-back from now. Empty and beginning mean no bound.
func parseStart(text string, now time.Time) (time.Time, error) {
	if text == "" || text == "beginning" {
		return time.Time{}, nil
	}
	if lookBack, err := time.ParseDuration(text); err == nil && strings.HasPrefix(text, "-") {
		return now.Add(lookBack), nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("start is %q: use a time such as 2026-11-21T00:00:00Z, or a look-back such as -24h", text)
}
