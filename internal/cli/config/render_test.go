// SPDX-License-Identifier: Apache-2.0

package config

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/cli/exit"
)

var update = flag.Bool("update", false, "write the golden configurations anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func TestConfigurations(t *testing.T) {
	for name, args := range map[string][]string{
		// Some orgs have far ends of their own.
		"some.yaml": {"--orgs", "testdata/some.csv", "--endpoint", "otel.example.com:4317", "--endpoint-token-file", "/run/secrets/otlp", "--start-at", "-24h", "--poll-interval", "30s"},
		// All have, and there is no default.
		"each.yaml": {"--orgs", "testdata/each.csv"},
		// None has.
		"none.yaml": {"--orgs", "testdata/none.csv", "--endpoint", "http://localhost:4318", "--storage", "/data/$okta"},
	} {
		ended := runWith(t, args...)
		require.Equal(t, exit.Good, ended.status, ended.complained)
		assert.Empty(t, ended.complained)
		golden(t, name, ended.said)
		again := runWith(t, args...)
		assert.Equal(t, ended.said, again.said)
	}
}

func TestFormsOfTheSameFile(t *testing.T) {
	plain := "name,org_url,api_token_file,workspace\nacme,acme.okta.com,/acme,\"Acme, Inc.\"\nglobex,globex.okta.com,/globex,\n"
	want := run(t, plain, farAway...)
	require.Equal(t, exit.Good, want.status, want.complained)
	for name, csv := range map[string]string{
		"a byte order mark":   "\ufeff" + plain,
		"ends of Windows":     strings.ReplaceAll(plain, "\n", "\r\n"),
		"ends of an old Mac":  strings.ReplaceAll(plain, "\n", "\r"),
		"no end of the last":  strings.TrimSuffix(plain, "\n"),
		"semicolons":          "name;org_url;api_token_file;workspace\nacme;acme.okta.com;/acme;Acme, Inc.\nglobex;globex.okta.com;/globex;\n",
		"tabs":                "name\torg_url\tapi_token_file\tworkspace\nacme\tacme.okta.com\t/acme\tAcme, Inc.\nglobex\tglobex.okta.com\t/globex\t\n",
		"quotation marks":     "\"name\",\"org_url\",\"api_token_file\",\"workspace\"\n\"acme\",\"acme.okta.com\",\"/acme\",\"Acme, Inc.\"\n\"globex\",\"globex.okta.com\",\"/globex\",\"\"\n",
		"spaces":              " name , org_url , api_token_file , workspace\nacme , acme.okta.com , /acme ,\"Acme, Inc. \"\nglobex,globex.okta.com,/globex , \n",
		"capital letters":     "Name,ORG_URL,Api_Token_File,Workspace" + strings.TrimPrefix(plain, "name,org_url,api_token_file,workspace"),
		"another order":       "org_url,workspace,name,api_token_file\nacme.okta.com,\"Acme, Inc.\",acme,/acme\nglobex.okta.com,,globex,/globex\n",
		"empty lines":         "\n\n" + strings.ReplaceAll(plain, "\n", "\n\n,,,\n"),
		"columns of nothing":  "name,org_url,api_token_file,workspace,\nacme,acme.okta.com,/acme,\"Acme, Inc.\",\nglobex,globex.okta.com,/globex,,,,\n",
		"addresses otherwise": strings.ReplaceAll(plain, "globex.okta.com", "HTTPS://Globex.okta.com.:443/"),
	} {
		got := run(t, csv, farAway...)
		assert.Equal(t, exit.Good, got.status, "%s: %s", name, got.complained)
		assert.Equal(t, want.said, got.said, name)
	}
}

// What a value holds is a value in the configuration, whatever it means to YAML, OTTL, the Collector or a shell.
func TestValuesStayValues(t *testing.T) {
	const hostileID = "0oa$+!*'(),.$$" // all that a Client ID may have
	hostile := []string{
		`"`, `'`, `\`, `\"`, `"}]`, `'"'`, "a: b", "# c", " # d", "- e", "*org", "&org", "<<", "{}", "[a, b]", "a, b: c}", "!!int 1", "%TAG", "@", "`", "|", ">-", "~", "null", "yes", "0123", "1e3",
		"2026-11-01", "${env:HOME}", "$HOME", "$$", "$${env:HOME}", "${file:/etc/passwd}", "$(id)", "`id`", `\u0022`, `\n`, `", api_token: "x`, `"}, okta_systemlog/evil: {org_url: "`, `") where true`,
		`"})`, "{{.}}", "é 株式会社 🎉", "::", "a::b", "=1+1",
	}
	var csv strings.Builder
	csv.WriteString("name,org_url,api_token_file,client_id,private_key_file,key_id,workspace,endpoint\n")
	quoted := func(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
	// A variable in a path is refused, and so is what looks like a secret or no URL in an address.
	asPath := strings.NewReplacer("${", "$(").Replace
	asPart := strings.NewReplacer("#", "", "?", "", "%", "", "api_token", "").Replace
	for i, value := range hostile {
		fmt.Fprintf(&csv, "token%d,token%d.okta.com,%s,,,,%s,%s\n", i, i, quoted("/"+asPath(value)), quoted("w"+value), quoted("https://otel/"+asPart(value)))
		fmt.Fprintf(&csv, "key%d,key%d.okta.com,,%s,%s,%s,%s,\n", i, i, quoted(hostileID), quoted("/"+asPath(value)), quoted("k"+value), quoted(value+"w"))
	}
	ended := run(t, csv.String(), farAway...)
	require.Equal(t, exit.Good, ended.status, ended.complained)

	all := resolved(t, ended.said)
	keys := []string{}
	for key := range all {
		keys = append(keys, key)
	}
	assert.ElementsMatch(t, []string{"receivers", "processors", "connectors", "exporters", "extensions", "service"}, keys)
	receivers := at[map[string]any](t, all, "receivers")
	assert.Len(t, receivers, 2*len(hostile))
	table := workspaces(t, all)
	assert.Len(t, table, 2*len(hostile))
	for i, value := range hostile {
		n := strconv.Itoa(i)
		assert.Equal(t, map[string]any{"storage": "file_storage", "org_url": "https://token" + n + ".okta.com", "api_token_file": "/" + asPath(value)}, receivers["okta_systemlog/token"+n])
		assert.Equal(t, map[string]any{
			"storage": "file_storage", "org_url": "https://key" + n + ".okta.com",
			"oauth": map[string]any{"client_id": hostileID, "private_key_file": "/" + asPath(value), "key_id": "k" + value},
		}, receivers["okta_systemlog/key"+n])
		assert.Equal(t, "https://otel/"+asPart(value), at[string](t, all, "exporters", at[[]any](t, all, "service", "pipelines", "logs/"+pipelineOf(t, all, "token"+n+".okta.com"), "exporters")[0], "endpoint"))
		assert.Equal(t, "w"+value, table["token"+n+".okta.com"])
		assert.Equal(t, strings.TrimSpace(value+"w"), table["key"+n+".okta.com"])
	}
}

// An org of the file gets its own far end, and no other does.
func TestEachOrgHasItsRoute(t *testing.T) {
	ended := run(t, "name,org_url,api_token_file,endpoint,endpoint_token_file\n"+
		"a,a.okta.com,/a,https://otel,/t\n"+
		"b,b.okta.com,/b,https://otel,/t\n"+
		"c,c.okta.com,/c,https://otel,/u\n"+
		"d,d.okta.com,/d,otel:4317,\n"+
		"e,e.okta.com,/e,,\n", "--endpoint", "otel:4317")
	require.Equal(t, exit.Good, ended.status, ended.complained)
	all := resolved(t, ended.said)
	assert.Equal(t, []any{
		map[string]any{"condition": `attributes["okta.org.domain"] == "a.okta.com"`, "pipelines": []any{"logs/a"}},
		map[string]any{"condition": `attributes["okta.org.domain"] == "b.okta.com"`, "pipelines": []any{"logs/a"}},
		map[string]any{"condition": `attributes["okta.org.domain"] == "c.okta.com"`, "pipelines": []any{"logs/c"}},
	}, at[[]any](t, all, "connectors", "routing", "table"))
	assert.Equal(t, []any{"logs/default"}, at[[]any](t, all, "connectors", "routing", "default_pipelines"))
	off := map[string]any{"enabled": false}
	assert.Equal(t, map[string]any{
		"otlp_http/a":       map[string]any{"endpoint": "https://otel", "sending_queue": off, "auth": map[string]any{"authenticator": "bearertokenauth/a"}},
		"otlp_http/c":       map[string]any{"endpoint": "https://otel", "sending_queue": off, "auth": map[string]any{"authenticator": "bearertokenauth/c"}},
		"otlp_grpc/default": map[string]any{"endpoint": "otel:4317", "sending_queue": off},
	}, at[map[string]any](t, all, "exporters"))
	assert.Equal(t, []any{"file_storage", "bearertokenauth/a", "bearertokenauth/c"}, at[[]any](t, all, "service", "extensions"))
	assert.Equal(t, "/u", at[string](t, all, "extensions", "bearertokenauth/c", "filename"))
	for pipeline, exporter := range map[string]string{"logs/a": "otlp_http/a", "logs/c": "otlp_http/c", "logs/default": "otlp_grpc/default"} {
		assert.Equal(t, map[string]any{"receivers": []any{"routing"}, "exporters": []any{exporter}}, at[map[string]any](t, all, "service", "pipelines", pipeline))
	}
}

// An org takes two lines of the configuration, where it has no far end of its own.
func TestLinesForAnOrg(t *testing.T) {
	for _, n := range []int{50, 500} {
		var csv strings.Builder
		csv.WriteString("name,org_url,api_token_file\n")
		for i := range n {
			fmt.Fprintf(&csv, "customer%d,https://customer%d.okta.com,/run/secrets/okta/customer%d\n", i, i, i)
		}
		ended := run(t, csv.String(), farAway...)
		require.Equal(t, exit.Good, ended.status, ended.complained)
		lines := strings.Count(ended.said, "\n")
		assert.LessOrEqual(t, lines, 2*n+40)
		t.Logf("%d orgs: %d lines, %d bytes; the file has %d lines, %d bytes", n, lines, len(ended.said), n+1, csv.Len())
	}
}

func FuzzOrgs(f *testing.F) {
	for _, name := range []string{"some.csv", "each.csv", "none.csv"} {
		text, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte(wide + "a,a.okta.com,\"/${env:X}\"\"\",,,,,\"x'\\\",https://otel/$$,\n"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		o := options{orgs: "orgs.csv", far: farEnd{endpoint: "otel:4317"}, storage: defaultStorage}
		text, wrong, err := o.configure(t.Context(), raw)
		require.NoError(t, err, "what is taken is rendered as it is")
		if len(wrong) > 0 {
			require.Empty(t, text)
			return
		}
		all := resolved(t, text)
		require.Len(t, workspaces(t, all), len(at[map[string]any](t, all, "receivers")))
		require.True(t, isOwn([]byte(text)))
	})
}

// What the documentation shows is taken, and what it shows of faults is what is said of them.
func TestDocumentedFileIsTaken(t *testing.T) {
	text, err := os.ReadFile("../../../receiver/oktasystemlogreceiver/docs/operating.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(text), "\n## Many orgs\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	_, csv, _ := strings.Cut(section, "```\n")
	csv, _, _ = strings.Cut(csv, "```")
	taken := run(t, csv, farAway...)
	require.Equal(t, exit.Good, taken.status, taken.complained)
	for _, column := range columns {
		assert.Contains(t, section, "`"+column+"`")
	}

	lines := strings.SplitAfter(csv, "\n")
	wrong := lines[0] + lines[1] + strings.Replace(lines[2], "globex.okta", "globex-admin.okta", 1) + "\n\n\n" + strings.Replace(strings.ReplaceAll(lines[1], "acme", "acme2"), "acme2", "acme", 1)
	refused := run(t, wrong, farAway...)
	_, shown, _ := strings.Cut(section, "```\norgs.csv, ")
	shown, _, _ = strings.Cut(shown, "```")
	assert.Equal(t, strings.Split(strings.TrimSpace("orgs.csv, "+shown), "\norgs.csv, "), append([]string{"orgs.csv, " + refused.lines()[0]}, refused.lines()[1:]...))
}
