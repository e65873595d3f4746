// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver_test

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/pkg/golden"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/confmaptest"
	"go.opentelemetry.io/collector/pdata/plog"
)

// link matches a link or a picture of Markdown, but for the text of it.
var link = regexp.MustCompile(`\]\(([^)\s]+)\)`)

// Every link between documents, and from them to other files, leads somewhere.
func TestLinksOfDocumentsLeadSomewhere(t *testing.T) {
	all := documents(t)
	checked := 0
	for name, text := range all {
		for _, found := range link.FindAllStringSubmatch(text.prose(), -1) {
			target, anchor, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			checked++
			file := name
			if target != "" {
				file = path.Join(path.Dir(name), target)
			}
			_, err := os.Stat(filepath.Join(repository, filepath.FromSlash(file)))
			require.NoError(t, err, "%s links to %s", name, found[1])
			if anchor != "" {
				assert.Contains(t, all[file].anchors(), anchor, "%s links to %s", name, found[1])
			}
		}
	}
	assert.Greater(t, checked, 100)
}

func TestIntroductionIsShort(t *testing.T) {
	assert.LessOrEqual(t, len(readDocument(t, introductionPath)), 12_000)
}

// A document of several sections that takes more than a screen begins with its contents, in which every section is.
func TestLongDocumentsBeginWithTheirContents(t *testing.T) {
	withContents := 0
	for name, text := range documents(t) {
		if name == introductionPath || name == "CHANGELOG.md" || strings.HasSuffix(name, "/documentation.md") || strings.Count(string(text), "\n") < 60 {
			continue
		}
		withContents++
		beginning, _, _ := strings.Cut(text.prose(), "\n## ")
		for line, isCode := range text.lines() {
			if level, title := headingOf(line); !isCode && level == 2 {
				assert.Contains(t, beginning, "["+title+"](#", "%s begins with its contents", name)
			}
		}
	}
	assert.GreaterOrEqual(t, withContents, 7)
}

// Commands that documents name can be run: the targets of make are there, and so are the tests.
func TestCommandsOfDocumentsAreThere(t *testing.T) {
	makefile := string(readDocument(t, "Makefile"))
	makeTarget := regexp.MustCompile("(?m)(?:^|`)make ([a-z0-9-]+)")
	goTest := regexp.MustCompile("`go test (\\./[^ `]+) -run '?([^'`]+)'?`")
	targets, tests := 0, 0
	for name, text := range documents(t) {
		for _, found := range makeTarget.FindAllStringSubmatch(string(text), -1) {
			targets++
			assert.Contains(t, makefile, "\n"+found[1]+":", "%s names make %s", name, found[1])
		}
		for _, found := range goTest.FindAllStringSubmatch(strings.ReplaceAll(string(text), `\|`, "|"), -1) {
			tests++
			for part := range strings.SplitSeq(found[2], "|") {
				assert.Regexp(t, `func Test\w*`+strings.TrimPrefix(part, "Test"), testsOf(t, found[1]), "%s names a test of %s", name, found[1])
			}
		}
	}
	assert.Greater(t, targets, 20)
	assert.GreaterOrEqual(t, tests, 2)
}

// testsOf is the code of the tests of a package, or of all below one.
func testsOf(t *testing.T, pattern string) string {
	t.Helper()
	folder, below := strings.CutSuffix(pattern, "/...")
	folder = filepath.Join(repository, filepath.FromSlash(folder))
	patterns := []string{filepath.Join(folder, "*_test.go")}
	if below {
		patterns = append(patterns, filepath.Join(folder, "*", "*_test.go"))
	}
	var all strings.Builder
	for _, pattern := range patterns {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			all.Write(text)
		}
	}
	return all.String()
}

// The introduction shows a real event beside the record that it becomes: what it leaves out is all that differs.
func TestIntroductionShowsAnEventAndItsRecord(t *testing.T) {
	section := readDocument(t, introductionPath).section(t, "An event and its record")
	var event map[string]any
	require.NoError(t, json.Unmarshal([]byte(section.code("json")[0]), &event))
	var page []map[string]any
	require.NoError(t, json.Unmarshal([]byte(readDocument(t, "testdata/pages/session-start.json")), &page))
	at := slices.IndexFunc(page, func(whole map[string]any) bool { return whole["uuid"] == event["uuid"] })
	require.GreaterOrEqual(t, at, 0)
	assertPartOf(t, event, page[at])

	shown, err := confmap.NewRetrievedFromYAML([]byte(section.code("yaml")[0]))
	require.NoError(t, err)
	part, err := shown.AsRaw()
	require.NoError(t, err)
	logs := goldenRecords(t, "session-start")
	record := logs.ResourceLogs().At(0).ScopeLogs().At(0).LogRecords().At(at)
	// As JSON, where a number is a number.
	whole, err := json.Marshal(map[string]any{
		"attributes":     record.Attributes().AsRaw(),
		"body":           record.Body().AsString(),
		"eventName":      record.EventName(),
		"severityText":   record.SeverityText(),
		"severityNumber": record.SeverityNumber(),
		"time":           record.Timestamp().AsTime(),
		"resource":       logs.ResourceLogs().At(0).Resource().Attributes().AsRaw(),
	})
	require.NoError(t, err)
	assertPartOf(t, throughJSON(t, part), decode(t, whole))
}

func throughJSON(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return decode(t, text)
}

func decode(t *testing.T, text []byte) (value any) {
	t.Helper()
	require.NoError(t, json.Unmarshal(text, &value))
	return value
}

// assertPartOf asserts that objects have no other members than those of the whole, and the same values.
func assertPartOf(t *testing.T, part, whole any) {
	t.Helper()
	object, is := part.(map[string]any)
	if !is {
		assert.Equal(t, whole, part)
		return
	}
	of, is := whole.(map[string]any)
	require.True(t, is, "%v is an object", whole)
	for key, value := range object {
		require.Contains(t, of, key)
		assertPartOf(t, value, of[key])
	}
}

func goldenRecords(t *testing.T, name string) plog.Logs {
	t.Helper()
	logs, err := golden.ReadLogs(filepath.Join(repository, "testdata", "golden", name+".yaml"))
	require.NoError(t, err)
	return logs
}

// The table of examples has every file, and the detections are those of the configuration.
func TestExamplesAreListed(t *testing.T) {
	text := readDocument(t, examplesPath)
	files, err := filepath.Glob(filepath.Join(repository, "examples", "*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	listed := text.section(t, "Configurations")
	for _, file := range files {
		assert.Contains(t, string(listed), "]("+filepath.Base(file)+")")
	}

	rules, alerts := string(readDocument(t, "examples/detections.yaml")), string(readDocument(t, "examples/detections-alerts.yaml"))
	rows := text.section(t, "Detections").rows()
	require.Len(t, rows, 25)
	var named []string
	for _, row := range rows {
		if strings.HasPrefix(row[2], "event") {
			assert.Contains(t, rules, `log.attributes["security_rule.name"], "`+row[1]+`")`)
		}
		named = append(named, codeSpans(row[2])...)
	}
	assert.ElementsMatch(t, alertsOf(alerts), named)
}

// The table of alerts has every alert of examples/alerts.yaml, with its severity.
func TestAlertsAreListed(t *testing.T) {
	text := string(readDocument(t, "examples/alerts.yaml"))
	var listed []string
	for _, row := range readDocument(t, operatingPath).section(t, "Alerts").rows() {
		alert := codeSpans(row[0])[0]
		listed = append(listed, alert)
		_, rule, _ := strings.Cut(text, "- alert: "+alert+"\n")
		rule, _, _ = strings.Cut(rule, "- alert: ")
		assert.Contains(t, rule, "{severity: "+row[1]+"}", alert)
	}
	assert.ElementsMatch(t, alertsOf(text), listed)
}

func alertsOf(rules string) (names []string) {
	for _, alert := range regexp.MustCompile(`- alert: (\w+)`).FindAllStringSubmatch(rules, -1) {
		names = append(names, alert[1])
	}
	return names
}

// metadataSection returns what metadata.yaml defines under a key.
func metadataSection(t *testing.T, key string) map[string]any {
	t.Helper()
	conf, err := confmaptest.LoadConf(filepath.Join(repository, "metadata.yaml"))
	require.NoError(t, err)
	section, err := conf.Sub(key)
	require.NoError(t, err)
	return section.ToStringMap()
}
