// SPDX-License-Identifier: Apache-2.0

package replay

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/telemetry"
)

// maxLine bounds what is read of a line of the collector's log.
const maxLine = 64 << 10

// line is one of the collector's log. One that is no JSON, such as those of a collector that does not start, has its
// text as the message, and no level.
type line struct {
	Level     string `json:"level"`
	Message   string `json:"msg"`
	Component string `json:"otelcol.component.id"`
	Error     string `json:"error"`
	Replay    string `json:"replay"`
	// EarlierRun says that the replay had ended before.
	EarlierRun bool `json:"earlier_run"`
	// Begins is when a replay begins that waits for late events.
	Begins string `json:"begins"`
	// GRPC says that it is of gRPC, which knows of no component.
	GRPC bool `json:"grpc_log"`
}

// text is what the line says.
func (l line) text() string {
	text := strings.ReplaceAll(l.Message, enableQueue, "")
	if l.Begins != "" {
		text += ": at " + l.Begins
	}
	if l.Error != "" {
		text += ": " + l.Error
	}
	return text
}

// ended reports whether the line tells that the replay of a receiver has ended.
func (l line) ended() bool { return l.Replay == telemetry.ReplayEnded }

// eachLine calls f with each line of a log, and returns at its end.
func eachLine(log io.Reader, f func(line)) {
	reader := bufio.NewReaderSize(log, maxLine)
	for {
		text, isPrefix, err := reader.ReadLine()
		if err != nil {
			return
		}
		said := readLine(string(text))
		if isPrefix && strings.HasPrefix(said.Message, "{") {
			said.Message = "" // a part of a line of the log, as of an exporter that writes whole records there
		}
		for isPrefix && err == nil { // the rest of a line that is too long
			_, isPrefix, err = reader.ReadLine()
		}
		if said.Message != "" {
			f(said)
		}
		if errors.Is(err, io.EOF) {
			return
		}
	}
}

func readLine(text string) line {
	var said line
	if err := json.Unmarshal([]byte(text), &said); err != nil || said.Message == "" {
		return line{Message: strings.TrimSpace(text)}
	}
	return said
}
