// SPDX-License-Identifier: Apache-2.0

package tail

import (
	"encoding/xml"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/logevent"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/scenario"
	"github.com/otel-okta/okta-systemlog-receiver/internal/translate"
)

var update = flag.Bool("update", false, "draw the picture of the README anew")

// kept is an org at a fixed time.
type kept struct{ events []logevent.Event }

func (k *kept) Now() time.Time                  { return time.Date(2026, 11, 19, 15, 4, 0, 0, time.UTC) }
func (k *kept) Append(events ...logevent.Event) { k.events = append(k.events, events...) }
func (k *kept) InjectAlways(fault.Fault)        {}

// firstScreen is what make run shows on a terminal of 100 columns and 30 rows: the end of what has happened before.
func firstScreen(t *testing.T) []string {
	t.Helper()
	const backlog = 150 // as in internal/tools/run.sh
	script, err := os.ReadFile(filepath.Join("..", "..", "tools", "run.sh"))
	require.NoError(t, err)
	require.Contains(t, string(script), fmt.Sprintf("--scenario account-takeover --backlog %d ", backlog))
	told, err := scenario.New("account-takeover", 1)
	require.NoError(t, err)
	org, rules := &kept{}, map[string][]string{}
	told.Backlog(org, backlog)
	for _, step := range told.Takeover(org.Now().Add(-2*time.Minute - scenario.Lasts)).Steps {
		rules[step.Events[0].UUID] = step.Rules // a test of internal/e2e has the detections find these
	}
	text := printed(t, screen{colours: true, width: 100, zone: time.UTC}, nil, records(org.events, rules))
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	const rows = 30
	return lines[len(lines)-rows:]
}

// records are those that the receiver makes of events, in an org with a name, marked by detections.
func records(events []logevent.Event, rules map[string][]string) plog.Logs {
	logs := plog.NewLogs()
	resource := logs.ResourceLogs().AppendEmpty()
	resource.Resource().Attributes().PutStr("okta.org.domain", "acme.okta.com")
	into, translator := resource.ScopeLogs().AppendEmpty().LogRecords(), translate.New(translate.Options{})
	for _, event := range events {
		record := into.AppendEmpty()
		translator.Record(event.JSON, event.Published, record)
		for _, rule := range rules[event.UUID] {
			names, _ := record.Attributes().GetOrPutEmpty("security_rule.name")
			if names.Type() != pcommon.ValueTypeSlice {
				names.SetEmptySlice()
			}
			names.Slice().AppendEmpty().SetStr(rule)
		}
	}
	return logs
}

func TestTheFirstScreenShowsWhatHappenedToWhom(t *testing.T) {
	told, err := scenario.New("account-takeover", 1)
	require.NoError(t, err)
	takeover := told.Takeover(noon)
	screen := strings.Join(firstScreen(t), "\n")
	login, _, _ := strings.Cut(takeover.Victim.Login, "@")
	accomplice, _, _ := strings.Cut(takeover.Accomplice.Login, "@")
	for _, said := range []string{login, accomplice, takeover.Address, takeover.City} {
		assert.Contains(t, screen, said)
	}
	for _, step := range takeover.Steps[3:] { // from the first push on
		for _, rule := range step.Rules {
			assert.Contains(t, screen, rule)
		}
	}
}

// TestThePictureIsOfToday draws the first screen as SVG. A terminal has no other colours than these here, so that the
// same text is the same picture everywhere.
func TestThePictureIsOfToday(t *testing.T) {
	drawn, path := draw(firstScreen(t)), filepath.Join("..", "..", "..", "testdata", "screenshots", "run.svg")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(drawn), 0o600))
	}
	shown, err := os.ReadFile(path)
	require.NoError(t, err)
	same := drawn == string(shown) // neither is to be printed
	assert.True(t, same, "the picture in the README is older than what make run shows: go test ./internal/cli/tail -update")
	require.NoError(t, xml.Unmarshal(shown, new(any)))
}

const (
	fontWidth, lineHeight, margin = 8, 18, 14
	paper, ink                    = "#171b24", "#d7dce6"
)

// inks are the colours of a terminal with a dark background.
var inks = map[string]string{dim: "#7d879a", bold: "#ffffff", red: "#ff7b80", green: "#63c482", yellow: "#e3b95b", cyan: "#79b8ff", alarm: "#ff5f66"}

var painted = regexp.MustCompile("\x1b\\[([0-9;]+)m([^\x1b]*)\x1b\\[0m")

func draw(lines []string) string {
	var b strings.Builder
	width, height := 100*fontWidth+2*margin, len(lines)*lineHeight+2*margin
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,DejaVu Sans Mono,monospace" font-size="13.3">`+"\n", width, height)
	b.WriteString("<title>make run: the account of an admin is taken over</title>\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="8" fill="%s"/>`+"\n", width, height, paper)
	for i, line := range lines {
		y := margin + (i+1)*lineHeight - 5
		at := 0
		for _, part := range parts(line) {
			if strings.TrimSpace(part.text) != "" {
				drawPart(&b, part, margin+at*fontWidth, y)
			}
			at += length(part.text)
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

type part struct{ colour, text string }

// parts are the stretches of a line that have one colour.
func parts(line string) (all []part) {
	for line != "" {
		at := painted.FindStringSubmatchIndex(line)
		if at == nil {
			return append(all, part{"", line})
		}
		all = append(all, part{"", line[:at[0]]}, part{line[at[2]:at[3]], line[at[4]:at[5]]})
		line = line[at[1]:]
	}
	return all
}

// drawPart places each word by itself, so that columns stay columns whatever the font.
func drawPart(b *strings.Builder, p part, x, y int) {
	colour, weight := ink, ""
	if p.colour != "" {
		colour = inks[p.colour]
	}
	if p.colour == bold || p.colour == alarm {
		weight = ` font-weight="bold"`
	}
	text := strings.TrimRight(p.text, " ")
	indent := len(text) - len(strings.TrimLeft(text, " "))
	text = text[indent:]
	var escaped strings.Builder
	_ = xml.EscapeText(&escaped, []byte(text)) // a builder takes it
	fmt.Fprintf(b, `<text x="%d" y="%d" fill="%s"%s textLength="%d">%s</text>`+"\n",
		x+indent*fontWidth, y, colour, weight, length(text)*fontWidth, escaped.String())
}

func TestPartsOfALine(t *testing.T) {
	assert.Equal(t, []part{{"", "a "}, {"31", "b"}, {"", " c"}}, parts("a \x1b[31mb\x1b[0m c"))
	for _, p := range parts(strings.Join(firstScreen(t), "")) {
		assert.NotContains(t, p.text, "\x1b")
		assert.True(t, p.colour == "" || slices.Contains([]string{dim, bold, red, green, yellow, cyan, alarm}, p.colour), p.colour)
	}
}
