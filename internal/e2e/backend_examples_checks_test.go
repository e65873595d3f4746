// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// freeFormIsText requires that no map is left that a store with one type for each field could refuse.
func freeFormIsText(t *testing.T, _ *running, records []arrived) {
	t.Helper()
	texts := 0
	for _, record := range records {
		for _, name := range []string{"okta.debug_context.debug_data", "okta.transaction.detail", "okta.target"} {
			if value, there := record.Attributes().Get(name); there {
				assert.Equal(t, pcommon.ValueTypeStr, value.Type(), "%s of %s", name, record.uid())
				texts++
			}
		}
	}
	assert.Greater(t, texts, exampleEvents)
}

// originalIsThere requires the event's text beside the attributes.
func originalIsThere(t *testing.T, r *running, records []arrived) {
	t.Helper()
	sent := eventsOf(t, r.org)
	for _, record := range records {
		assert.Equal(t, string(sent[record.uid()]), record.text("log.record.original"))
	}
}

// bodyIsTheEvent requires that the body is the text that Okta sent, byte for byte.
func bodyIsTheEvent(t *testing.T, r *running, records []arrived) {
	t.Helper()
	sent := eventsOf(t, r.org)
	for _, record := range records {
		assert.Equal(t, string(sent[record.uid()]), record.Body().AsString())
	}
}

var (
	mailAddress = regexp.MustCompile(`[\w.+-]+@[\w-]+\.`)
	ipv4Address = regexp.MustCompile(`\b(\d{1,3}\.){3}\d{1,3}\b`)
	ipv6Address = regexp.MustCompile(`(?i)\b[0-9a-f]{1,4}::|\b([0-9a-f]{1,4}:){7}`)
	keyedHash   = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// archiveIsPseudonymous requires that people are hashes in the archive, and that the hot store has the same events with
// everything.
func archiveIsPseudonymous(t *testing.T, r *running, records []arrived) {
	t.Helper()
	peopleAreHashes(t, records)
	eventually(t, func() bool {
		return r.victoria.number(t, `"user.name":* | stats count_uniq("log.record.uid") n`) > 0 &&
			r.victoria.number(t, `* | stats count_uniq("log.record.uid") n`) == exampleEvents
	}, patience, 200*time.Millisecond, "the hot store has all of them")
}

// nobodyIsKnown requires that no record tells who or where somebody was.
func nobodyIsKnown(t *testing.T, _ *running, records []arrived) {
	t.Helper()
	peopleAreHashes(t, records)
}

// peopleAreHashes requires keyed hashes in the place of people, addresses and sessions, nothing of what is dropped, and
// no address anywhere.
func peopleAreHashes(t *testing.T, records []arrived) {
	t.Helper()
	patterns := []*regexp.Regexp{mailAddress, ipv4Address, ipv6Address}
	hashes, facts := map[string]int{}, map[string]int{"okta.category": 0, "okta.risk.level": 0, "okta.behaviors": 0, "okta.target_types": 0, "okta.threat_suspected": 0}
	for _, record := range records {
		for name, value := range record.Attributes().All() {
			if _, isFact := facts[name]; isFact {
				facts[name]++
			}
			switch {
			case strings.HasPrefix(name, "user.") || strings.HasPrefix(name, "okta.target_user.") || name == "client.address" || name == "session.id" || strings.HasPrefix(name, "okta.actor.") && name != "okta.actor.type":
				assert.Regexp(t, keyedHash, value.AsString(), name)
				hashes[name+value.AsString()]++
			case strings.HasPrefix(name, "geo.") || strings.HasPrefix(name, "okta.debug_context") || strings.HasPrefix(name, "okta.client.") || strings.HasPrefix(name, "okta.device") || strings.HasPrefix(name, "okta.request") || name == "okta.target":
				assert.Fail(t, "it was to be dropped", name)
			}
			for _, pattern := range patterns {
				assert.NotRegexp(t, pattern, value.AsString(), name)
			}
		}
		for _, pattern := range patterns {
			assert.NotRegexp(t, pattern, record.Body().AsString())
		}
	}
	again := 0
	for _, times := range hashes {
		again = max(again, times)
	}
	assert.Greater(t, again, 1, "the same person is the same hash each time")
	for name, times := range facts {
		assert.Positive(t, times, "%s stays", name)
	}
}

// cefLine is the shape of a CEF message: seven fields that escape \ and |, and an extension of keys and values.
var cefLine = regexp.MustCompile(`^CEF:0\|Okta\|System Log\|1\|((?:[^\\|\r\n]|\\[\\|])+)\|((?:[^\\|\r\n]|\\[\\|])+)\|([1368])\|((?: ?\w+=(?:[^\\=\r\n]|\\[\\=])*)+)$`)

// messagesAreCEF requires a line of CEF for each record, with the attributes that the syslog exporter reads, and no
// others.
func messagesAreCEF(t *testing.T, r *running, records []arrived) {
	t.Helper()
	users := 0
	for _, record := range records {
		message := record.text("message")
		require.Regexp(t, cefLine, message)
		assert.Equal(t, "okta", record.text("appname"))
		assert.Equal(t, fmt.Sprint(record.resource["okta.org.domain"]), record.text("hostname"))
		priority, _ := record.Attributes().Get("priority")
		assert.Equal(t, pcommon.ValueTypeInt, priority.Type(), "the exporter takes no other type")
		assert.Equal(t, 4, record.Attributes().Len())
		if strings.Contains(message, " suser=") {
			users++
		}
	}
	assert.Greater(t, users, exampleEvents/2)
}

// workspacesJoin requires that each org's records have their workspace, and that those of CloudTrail can be joined with
// them, those of several accounts in one batch too.
func workspacesJoin(t *testing.T, r *running, records []arrived) {
	t.Helper()
	events := map[string]int{}
	for _, record := range records {
		events[record.text("workspace")]++
	}
	assert.Equal(t, map[string]int{"acme": exampleEvents, "globex": exampleEvents}, events)

	const trail = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[
		{"body":{"stringValue":"{\"userIdentity\":{\"type\":\"AssumedRole\",\"principalId\":\"AROA1:ada.berg@example.org\"},\"sourceIPAddress\":\"192.0.2.44\",\"recipientAccountId\":\"111111111111\"}"}},
		{"body":{"kvlistValue":{"values":[
			{"key":"userIdentity","value":{"kvlistValue":{"values":[{"key":"type","value":{"stringValue":"IAMUser"}},{"key":"userName","value":{"stringValue":"ben"}}]}}},
			{"key":"sourceIPAddress","value":{"stringValue":"ec2.amazonaws.com"}},
			{"key":"recipientAccountId","value":{"stringValue":"222222222222"}}]}}},
		{"body":{"stringValue":"{\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"eve\"},\"sourceIPAddress\":\"2001:db8::7\",\"recipientAccountId\":\"333333333333\"}"}}]}]}]}`
	answer, err := http.Post("http://"+r.cloudtrail+"/v1/logs", "application/json", strings.NewReader(trail)) //nolint:noctx // this machine answers
	require.NoError(t, err)
	require.NoError(t, answer.Body.Close())
	require.Equal(t, http.StatusOK, answer.StatusCode)
	var found []map[string]any
	eventually(t, func() bool {
		found = nil
		for _, record := range r.atFarCollector(t) {
			if record.resource["service.name"] == "aws.cloudtrail" {
				assert.NotContains(t, record.resource, "workspace", "it would be that of all records of the batch")
				found = append(found, record.Attributes().AsRaw())
			}
		}
		return len(found) == 3
	}, patience, 100*time.Millisecond)
	assert.Equal(t, []map[string]any{
		{"user.name": "ada.berg@example.org", "client.address": "192.0.2.44", "cloud.account.id": "111111111111", "workspace": "acme"},
		{"user.name": "ben", "cloud.account.id": "222222222222", "workspace": "globex"},
		{"user.name": "eve", "client.address": "2001:db8::7", "cloud.account.id": "333333333333"},
	}, found)
}

// shownAttribute is a line of a record in the terminal.
var shownAttribute = regexp.MustCompile(`(?m)^     -> ([\w.]+): \w+\((.*)\)$`)

// inTerminal returns the records that the example has shown there, with text attributes alone.
func (r *running) inTerminal(*testing.T) []arrived {
	var records []arrived
	for _, shown := range strings.Split(r.collector.output.String(), "\nLogRecord #")[1:] {
		record := plog.NewLogRecord()
		for _, attribute := range shownAttribute.FindAllStringSubmatch(shown, -1) {
			record.Attributes().PutStr(attribute[1], attribute[2])
		}
		records = append(records, arrived{LogRecord: record})
	}
	return records
}

// eventsAreShown requires that the terminal tells of each event what it was and how it ended.
func eventsAreShown(t *testing.T, r *running, records []arrived) {
	t.Helper()
	sent := eventsOf(t, r.org)
	for _, record := range records {
		var event struct {
			EventType string
			Outcome   struct{ Result string }
		}
		require.NoError(t, json.Unmarshal(sent[record.uid()], &event))
		assert.Equal(t, event.EventType, record.text("okta.event_type"))
		assert.Equal(t, event.Outcome.Result, record.text("okta.outcome.result"))
	}
}

// inFiles returns a reader of what is in the file at the path below the folder that stands for /var/lib/otelcol-okta.
func inFiles(path string) func(*running, *testing.T) []arrived {
	return func(r *running, t *testing.T) []arrived {
		t.Helper()
		return readRecords(t, filepath.Join(r.folder, path))
	}
}
