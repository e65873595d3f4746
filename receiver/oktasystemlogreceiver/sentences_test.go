// SPDX-License-Identifier: Apache-2.0

package oktasystemlogreceiver

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"

	"github.com/otel-okta/okta-systemlog-receiver/internal/settings"
)

// sources are the files whose errors say what is wrong with a configuration or a secret, but for those that wrap
// another error.
var sources = []string{
	"validate.go", "validate_event_hook.go", "../../internal/orgurl/*.go", "config_unmarshal.go",
	"../../internal/settings/*.go", "../../internal/secret/*.go", "../../internal/privatekey/*.go", "../../internal/poll/start_at.go",
}

// verbs are what remedies begin with. %s stands for secret.Place.Instead, which begins with one of them, and for the
// remedies of sections and of keys that Okta does not take.
var verbs = map[string]bool{
	"set": true, "use": true, "write": true, "leave": true, "keep": true, "take": true, "put": true, "save": true, "copy": true,
	"convert": true, "create": true, "decode": true, "decrypt": true, "export": true, "grant": true, "remove": true, "name": true,
	"let": true, "type": true, "did": true, "if": true, "its": true, "make": true, "correct": true, "%s": true,
}

// requireSentence fails when a mistake is not what is wrong, a colon, and what to do.
func requireSentence(t *testing.T, sentence string) {
	t.Helper()
	cause, remedy := settings.CauseAndRemedy(textError(sentence))
	require.NotEmpty(t, cause, sentence)
	verb, _, _ := strings.Cut(strings.TrimSuffix(remedy, ","), " ")
	require.True(t, verbs[strings.TrimSuffix(verb, ",")] || strings.HasPrefix(verb, "%s"), "the remedy %q of %q begins with no verb", remedy, sentence)
	require.NotContains(t, sentence, "\n")
	require.False(t, strings.HasSuffix(sentence, "."), sentence)
}

// requireSentences does so for each mistake.
func requireSentences(t *testing.T, err error) {
	t.Helper()
	for _, mistake := range settings.Mistakes(err) {
		requireSentence(t, mistake.Error())
	}
}

type textError string

func (e textError) Error() string { return string(e) }

// Every message of the receiver about its configuration and its secrets, as it stands in the source.
func TestEveryMessageSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	count := 0
	for _, pattern := range sources {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			tree, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
			require.NoError(t, err)
			ast.Inspect(tree, func(n ast.Node) bool {
				call, isCall := n.(*ast.CallExpr)
				if !isCall || len(call.Args) == 0 || !makesError(call.Fun) {
					return true
				}
				text, isText := literal(call.Args[0])
				if !isText || strings.Contains(text, "%w") || strings.HasSuffix(text, "settings are wrong:") || text == "%s " {
					return true
				}
				count++
				requireSentence(t, text)
				return true
			})
		}
	}
	assert.Greater(t, count, 100)
}

// makesError reports whether a function makes an error of a text.
func makesError(function ast.Expr) bool {
	selector, is := function.(*ast.SelectorExpr)
	if !is {
		return false
	}
	of, _ := selector.X.(*ast.Ident)
	return selector.Sel.Name == "Errorf" || selector.Sel.Name == "New" && of != nil && of.Name == "errors"
}

// literal is the text of an expression, with %s for what is no literal.
func literal(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil
	case *ast.BinaryExpr:
		left, isLeft := literal(e.X)
		right, isRight := literal(e.Y)
		return left + right, isLeft || isRight
	}
	return "%s", false
}

// What others find names the key, which is no remedy.
func TestMistakesThatOthersFind(t *testing.T) {
	for name, tc := range map[string]struct {
		yaml  string
		cause string
	}{
		"tls":             {"http: {tls: {ca_file: /a, ca_pem: b}}", "http.tls: provide either"},
		"tls of the hook": {"event_hook: {endpoint: localhost:1, secret: a-synthetic-secret, tls: {cert_file: /a}}", "event_hook.tls: "},
		"randomization":   {"retry: {randomization_factor: 2}", "retry: 'randomization_factor' must be within [0, 1]"},
		"compression":     {"http: {compression: gzip, compression_params: {level: 99}}", "http: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := resolve(t, "org_url: acme.okta.com\napi_token: 00abc\n"+tc.yaml)
			require.Error(t, err)
			found := false
			for _, mistake := range settings.Mistakes(err) {
				cause, remedy := settings.CauseAndRemedy(mistake)
				found = found || strings.HasPrefix(cause, tc.cause)
				requireSentence(t, mistake.Error())
				assert.NotContains(t, cause, "::")
				assert.NotContains(t, remedy, "::")
			}
			assert.True(t, found, "%v", err)
		})
	}
}

// A Collector puts the name of a receiver before all of its mistakes: each is on a line of its own, with a name as
// well.
func TestAListOfMistakes(t *testing.T) {
	cfg, err := load(t, map[string]any{"org_url": "http://acme.okta.com", "page_size": 0, "api_token": "SSWS 00abc", "oauth": map[string]any{"client_id": "x", "private_key": "./okta.pem"}})
	require.Error(t, err)
	whole := confmap.Validate(struct {
		Receivers map[string]any `mapstructure:"receivers"`
	}{map[string]any{"okta_systemlog/two": cfg}})
	first, rest, found := strings.Cut(whole.Error(), "\n")
	require.True(t, found)
	assert.Equal(t, "receivers::okta_systemlog/two: 4 settings are wrong:", first)
	for line := range strings.Lines(rest) {
		sentence, found := strings.CutPrefix(line, "  okta_systemlog: ")
		assert.True(t, found, line)
		requireSentence(t, strings.TrimSpace(sentence))
	}
	require.Len(t, settings.Mistakes(whole), 1, "below a name it is one")
	require.Len(t, settings.Mistakes(err), 4)
	steps := configurationSteps(cfg)
	require.Len(t, steps, 4)
	for _, step := range steps {
		requireSentence(t, step.Cause+": "+step.Remedy)
	}

	cfg, err = load(t, map[string]any{"org_url": "acme.okta.com", "oauth": map[string]any{"client_id": "0oa1b2c3", "key_id": "k1", "private_key": "./okta.pem"}})
	require.Error(t, err)
	steps = configurationSteps(cfg)
	require.Len(t, steps, 1)
	assert.Equal(t, "oauth.private_key is a path, and takes a private key", steps[0].Cause)
	assert.Equal(t, "set oauth.private_key_file to that path instead", steps[0].Remedy)
}
