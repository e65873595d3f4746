// SPDX-License-Identifier: Apache-2.0

package catalogue

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A new catalogue fails here until its types are sorted: by a rule for those that none fits, and by make generate.
func TestEachEventTypeIsSorted(t *testing.T) {
	want, err := SortTypes()
	require.NoError(t, err)
	assert.Equal(t, want, sortedText, "run make generate")
	assert.Len(t, sorted(), len(names()))
}

func TestEachRuleIsNeeded(t *testing.T) {
	used := map[string]bool{}
	for _, name := range names() {
		beginning, _ := rule(name)
		used[beginning] = true
	}
	for beginning := range rules() {
		assert.True(t, used[beginning], "no event type has the rule %s", beginning)
	}
	assert.Len(t, rules(), strings.Count(rulesText, "\n")-strings.Count(rulesText, "\n\n")-strings.Count(rulesText, "\n#")-1, "no rule twice")
}

// Each category has rules, below its name and in this order, and each rule a category.
func TestRulesStandBelowTheirCategory(t *testing.T) {
	var headings []string
	for _, block := range strings.Split(strings.TrimSpace(rulesText), "\n\n")[1:] {
		heading, lines, _ := strings.Cut(block, "\n")
		name := strings.TrimPrefix(heading, "# ")
		headings = append(headings, name)
		for line := range strings.Lines(lines + "\n") {
			assert.Equal(t, name, strings.Fields(line)[1], line)
		}
	}
	var described []string
	for _, category := range Categories() {
		described = append(described, category.Name)
		assert.NotEmpty(t, category.About)
		assert.Regexp(t, `^[1-6]00\d [A-Z]`, category.OCSF)
	}
	assert.Equal(t, described, headings)
	assert.Equal(t, len(described), len(slices.Compact(slices.Sorted(slices.Values(described)))))
}

// What ECS allows for the two fields.
func TestCategoriesOfECS(t *testing.T) {
	categories := []string{"api", "authentication", "configuration", "email", "host", "iam", "intrusion_detection", "network", "session", "threat"}
	types := []string{"access", "admin", "change", "creation", "deletion", "denied", "end", "group", "indicator", "info", "start", "user"}
	for _, category := range Categories() {
		assert.Subset(t, categories, strings.Split(category.ECSCategory, ", "), category.Name)
		assert.Subset(t, types, strings.Split(category.ECSType, ", "), category.Name)
	}
}

func TestCategory(t *testing.T) {
	for eventType, want := range map[string]string{
		"user.session.start":                      "session",
		"user.session.impersonation.grant":        "session",
		"user.authentication.sso":                 "authentication",
		"user.mfa.factor.reset_all":               "mfa",
		"system.push.send_factor_verify_push":     "mfa",
		"user.lifecycle.create":                   "user_lifecycle",
		"user.account.lock":                       "user_account",
		"user.account.privilege.grant":            "admin_role",
		"group.privilege.grant":                   "admin_role",
		"group.user_membership.add":               "group",
		"group.application_assignment.add":        "application",
		"application.lifecycle.update":            "application",
		"application.provision.user.push":         "provisioning",
		"policy.evaluate_sign_on":                 "policy",
		"policy.entity_risk.evaluate":             "threat",
		"system.api_token.create":                 "api_token",
		"app.oauth2.token.detect_reuse":           "oauth",
		"app.oauth2.client_id_rate_limit_warning": "rate_limit",
		"system.org.rate_limit.violation":         "rate_limit",
		"security.threat.detected":                "threat",
		"user.risk.detect":                        "threat",
		"zone.update":                             "network",
		"device.enrollment.create":                "device",
		"system.log_stream.lifecycle.delete":      "integration",
		"workload_principal.register":             "ai_agent",
		// Not in the catalogue: by the rule that fits.
		"user.mfa.factor.brand_new": "mfa",
		"user.session":              "session",
		"policy.rule.create":        "policy",
		"user.sessions.start":       "",
		"app.brand_new":             "",
		"brand_new.thing":           "",
		"User.session.start":        "",
		".":                         "",
		"":                          "",
	} {
		assert.Equal(t, want, Category(eventType), eventType)
	}
}
