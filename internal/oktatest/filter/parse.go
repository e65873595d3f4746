// SPDX-License-Identifier: Apache-2.0

package filter

import (
	"net/http"
	"strings"

	"github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/apierror"
)

// predicate decides about one event.
type predicate func(event *jsontape.Tape) bool

// parser reads a SCIM filter: or binds weaker than and, which binds weaker than not.
type parser struct {
	source string
	tokens []token
	next   int
}

// expression turns a filter expression into a predicate, nil for the empty expression (Okta, System Log query
// reference: every SCIM operator except the brackets of complex value filters).
func expression(source string) (predicate, *apierror.Error) {
	if strings.TrimSpace(source) == "" {
		return nil, nil
	}
	p := &parser{source: source}
	var refused *apierror.Error
	if p.tokens, refused = lex(source); refused != nil {
		return nil, refused
	}
	match, refused := p.disjunction()
	if refused != nil {
		return nil, refused
	}
	if t := p.peek(); t.kind != endToken {
		return nil, p.unexpected(t, "end of filter")
	}
	return match, nil
}

func (p *parser) peek() token { return p.tokens[p.next] }

func (p *parser) take() token {
	t := p.tokens[p.next]
	if t.kind != endToken {
		p.next++
	}
	return t
}

// takeWord takes the next token when it is that keyword. Operators are not case-sensitive.
func (p *parser) takeWord(word string) bool {
	if t := p.peek(); t.kind != wordToken || !strings.EqualFold(t.text, word) {
		return false
	}
	p.next++
	return true
}

func (p *parser) disjunction() (predicate, *apierror.Error) {
	left, refused := p.conjunction()
	for refused == nil && p.takeWord("or") {
		var right predicate
		if right, refused = p.conjunction(); refused == nil {
			first := left
			left = func(event *jsontape.Tape) bool { return first(event) || right(event) }
		}
	}
	return left, refused
}

func (p *parser) conjunction() (predicate, *apierror.Error) {
	left, refused := p.term()
	for refused == nil && p.takeWord("and") {
		var right predicate
		if right, refused = p.term(); refused == nil {
			first := left
			left = func(event *jsontape.Tape) bool { return first(event) && right(event) }
		}
	}
	return left, refused
}

func (p *parser) term() (predicate, *apierror.Error) {
	negated := p.takeWord("not")
	if t := p.peek(); t.kind != openToken {
		if negated {
			return nil, p.unexpected(t, "(")
		}
		return p.comparison()
	}
	p.take()
	inner, refused := p.disjunction()
	if refused != nil {
		return nil, refused
	}
	if t := p.take(); t.kind != closeToken {
		return nil, p.unexpected(t, ")")
	}
	if negated {
		return func(event *jsontape.Tape) bool { return !inner(event) }, nil
	}
	return inner, nil
}

func (p *parser) comparison() (predicate, *apierror.Error) {
	field := p.take()
	if field.kind != wordToken {
		return nil, p.unexpected(field, "attribute")
	}
	operator := p.take()
	if operator.kind != wordToken {
		return nil, p.unexpected(operator, "operator")
	}
	name := strings.ToLower(operator.text)
	if _, known := comparisons[name]; !known && name != "pr" {
		return nil, apierror.Invalid("E0000053", "Invalid filter '%s': Unrecognized attribute operator '%s' at position %d. Expected: eq,co,sw,pr,gt,ge,lt,le",
			p.source, operator.text, operator.at)
	}
	path, refused := checkField(field.text, name)
	if refused != nil {
		return nil, refused
	}
	if name == "pr" {
		return func(event *jsontape.Tape) bool { return present(event, path) }, nil
	}
	operand, refused := p.literal()
	if refused != nil {
		return nil, refused
	}
	return compareWith(path, name, operand), nil
}

func (p *parser) literal() (literal, *apierror.Error) {
	switch t := p.take(); {
	case t.kind == stringToken:
		return newLiteral(t.text, true), nil
	case t.kind == wordToken && isBareValue(t.text):
		return newLiteral(t.text, false), nil
	default:
		return literal{}, p.unexpected(t, "value")
	}
}

func (p *parser) unexpected(t token, expected string) *apierror.Error {
	found := t.text
	if t.kind == endToken {
		found = "end of filter"
	}
	return apierror.Invalid("E0000053", "Invalid filter '%s': Unexpected '%s' at position %d. Expected: %s", p.source, found, t.at, expected)
}

// checkField splits a field name and refuses what cannot be queried.
func checkField(name, operator string) ([]string, *apierror.Error) {
	if !queryable(name) {
		return nil, apierror.Invalid("E0000053", "field is not valid: %s", name)
	}
	if operator == "co" && (name == "debugContext.debugData.url" || name == "debugContext.debugData.requestUri") {
		return nil, &apierror.Error{
			Status: http.StatusBadRequest, Code: "E0000031",
			Summary: "The supplied combination of operator and field is not currently supported. Operator: co, Field: " + name,
		}
	}
	return strings.Split(name, "."), nil
}
