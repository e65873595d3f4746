// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/collector/confmap"
)

// Role is what a setting is text for, and with that what becomes of one that YAML reads as a number, a time or true.
type Role int

const (
	// Free text can be anything, so that the one who wrote it says what it is, in quotes.
	Free Role = iota
	// Secret is free text that is not repeated.
	Secret
	// Choice is text that no number, time or truth value can be: it is taken as text, and its validation refuses it.
	Choice
	// ID is the id of an extension.
	ID
	// Address is that of an org, which no number is with quotes either.
	Address
)

// Name is how texts for people name a key.
func Name(key string) string { return strings.ReplaceAll(key, confmap.KeyDelimiter, ".") }

// NotText returns what to do about a setting that is not text to YAML and should be; as is the type that it is decoded
// to. YAML makes a number of 0123 and a time of 2026-11-01; what was written is known no more, unless it came from a
// variable or a file, and is not guessed.
func NotText(conf *confmap.Conf, key string, role Role, as reflect.Type) error {
	value := conf.Get(key)
	if _, isText := value.(string); isText || value == nil || decode(conf, key, reflect.New(as)) == nil {
		return nil
	}
	name, what := Name(key), scalar(value)
	switch {
	case what == "" && as.Kind() == reflect.Slice && hasScalar(value):
		return fmt.Errorf("%s has a value in it that is not text to YAML: put quotes around each value, as it is written", name)
	case what == "":
		return nil // a list or a mapping, which no quotes make a text of
	case role == ID:
		return fmt.Errorf("%s is %s to YAML, and takes the id of an extension: set it to one such as file_storage", name, what)
	case role == Address:
		return fmt.Errorf("%s is %s to YAML, and takes an address: set it to the org's own address, such as https://acme.okta.com", name, what)
	case role == Choice:
		return Replace(conf, key, fmt.Sprint(value))
	case role == Secret:
		return fmt.Errorf("%s is a number, a time or a truth value to YAML, as it has no quotes: put quotes around it, as it is written", name)
	}
	return fmt.Errorf("%s is %s to YAML, as it has no quotes: put quotes around it, as it is written", name, what)
}

// hasScalar reports whether a list or a mapping has a number, a time or a truth value in it.
func hasScalar(value any) bool {
	items, _ := value.([]any)
	members, _ := value.(map[string]any)
	return slices.ContainsFunc(slices.AppendSeq(items, maps.Values(members)), func(item any) bool { return scalar(item) != "" })
}

// scalar says what YAML has read, "" for a list or a mapping.
func scalar(value any) string {
	switch value := value.(type) {
	case time.Time:
		if value.Equal(value.Truncate(24 * time.Hour)) {
			return "the date " + value.Format(time.DateOnly)
		}
		return "the time " + value.Format(time.RFC3339Nano)
	case bool:
		return fmt.Sprintf("the truth value %t", value)
	case int, int64, uint64, float64:
		return fmt.Sprintf("the number %v", value)
	}
	return ""
}

// TakeMapping makes text of a JSON document that is written as a YAML mapping, such as a JWK. What is no text to YAML
// is none in the document.
func TakeMapping(conf *confmap.Conf, key string) error {
	members, isMapping := conf.Get(key).(map[string]any)
	if !isMapping || decode(conf, key, reflect.New(reflect.TypeFor[string]())) == nil {
		return nil
	}
	for name, value := range members {
		if _, isText := value.(string); isText {
			continue
		}
		text := reflect.New(reflect.TypeFor[string]())
		if decode(conf, key+confmap.KeyDelimiter+name, text) == nil {
			members[name] = text.Elem().String() // as a variable has it
		} else if at, isTime := value.(time.Time); isTime {
			members[name] = at.Unix() // JSON would make text of a time
		}
	}
	text, err := json.Marshal(members)
	if err != nil {
		return errors.New(Name(key) + " is a mapping that can't be written as JSON: write it as JSON, in single quotes")
	}
	return Replace(conf, key, string(text))
}

// decode decodes one setting, as it was written where it comes from a variable or a file.
func decode(conf *confmap.Conf, key string, into reflect.Value) error {
	section, name := conf, key
	if at := strings.LastIndex(key, confmap.KeyDelimiter); at >= 0 {
		var err error
		if section, err = conf.Sub(key[:at]); err != nil {
			return err
		}
		name = key[at+len(confmap.KeyDelimiter):]
	}
	one := reflect.New(reflect.StructOf([]reflect.StructField{{
		Name: "Value", Type: into.Elem().Type(), Tag: reflect.StructTag(fmt.Sprintf("mapstructure:%q", name)),
	}}))
	if err := section.Unmarshal(one.Interface(), confmap.WithIgnoreUnused()); err != nil {
		return err
	}
	into.Elem().Set(one.Elem().Field(0))
	return nil
}

// Replace sets one setting.
func Replace(conf *confmap.Conf, key string, value any) error {
	conf.Delete(key)
	for _, name := range slices.Backward(strings.Split(key, confmap.KeyDelimiter)) {
		value = map[string]any{name: value}
	}
	if err := conf.Merge(confmap.NewFromStringMap(value.(map[string]any))); err != nil {
		return fmt.Errorf("%s: %w", Name(key), err)
	}
	return nil
}
