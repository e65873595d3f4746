// SPDX-License-Identifier: Apache-2.0

package settings

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"go.opentelemetry.io/collector/confmap"
)

// Mistake is a setting that can't be read as it is written.
type Mistake struct {
	// Key is where it is written, as [confmap.Conf] writes it.
	Key string
	// Meant are the settings that were likely meant, none where none is near.
	Meant []string
	// Err says what to write.
	Err error
}

// Check returns what is wrong with settings as they are written: keys that a configuration does not have, wherever they
// stand, values that a key does not take, and times without a unit. Foreign are keys that people know from elsewhere,
// in lower case with _ and the keys above them with dots, and what is called the same here: one setting, or several
// with " or " between them. Unused are settings that nothing is to be set to, so that no value of theirs is mended.
func Check(conf *confmap.Conf, config any, foreign map[string]string, unused []string) []Mistake {
	top := sectionOf(reflect.TypeOf(config))
	c := &checking{all: top.paths(""), foreign: foreign, unused: unused}
	c.check(conf, top, nil)
	return c.mistakes
}

type checking struct {
	all      []string
	foreign  map[string]string
	unused   []string
	mistakes []Mistake
}

// check goes through a section, which stands below some keys.
func (c *checking) check(conf *confmap.Conf, keys section, above []string) {
	written := conf.ToStringMap()
	for _, key := range slices.Sorted(maps.Keys(written)) {
		path := append(slices.Clone(above), key)
		known, isKnown := keys[key]
		if !isKnown && len(above) == 0 && c.foreignBelow(written[key], path) {
			continue
		}
		if !isKnown {
			meant, err := c.unknown(key, keys, above)
			c.add(path, meant, err)
			continue
		}
		setting := strings.Join(path, ".")
		if known.below != nil {
			c.checkBelow(conf, known.below, path, written[key])
			continue
		}
		if err := c.unreadable(conf, key, setting, known.typ, written[key]); err != nil {
			c.add(path, []string{setting}, err)
			continue
		}
		c.checkItems(known.typ, path, written[key])
	}
}

// checkItems goes through a list of mappings, which is taken out as a whole where something in it is wrong.
func (c *checking) checkItems(typ reflect.Type, path []string, value any) {
	if typ.Kind() != reflect.Slice || reflect.PointerTo(typ).Implements(unmarshalerType) || belowOf(typ.Elem()) == nil {
		return
	}
	items, _ := value.([]any)
	for i, item := range items {
		before := len(c.mistakes)
		if item, isMapping := item.(map[string]any); isMapping {
			at := append(slices.Clone(path[:len(path)-1]), fmt.Sprintf("%s[%d]", path[len(path)-1], i))
			c.check(confmap.NewFromStringMap(item), belowOf(typ.Elem()), at)
		}
		for m := before; m < len(c.mistakes); m++ {
			c.mistakes[m].Key = strings.Join(path, confmap.KeyDelimiter)
		}
	}
}

// checkBelow goes through what stands below a key that takes a mapping.
func (c *checking) checkBelow(conf *confmap.Conf, keys section, path []string, value any) {
	setting := strings.Join(path, ".")
	below, err := conf.Sub(path[len(path)-1])
	if err != nil {
		c.add(path, []string{setting}, fmt.Errorf("%s is %s: write its keys below it, indented: %s", setting, kindOf(value), strings.Join(slices.Sorted(maps.Keys(keys)), ", ")))
		return
	}
	if value != nil {
		c.check(below, keys, path)
	}
}

// add adds a mistake, if there is one.
func (c *checking) add(path, meant []string, err error) {
	if err != nil {
		c.mistakes = append(c.mistakes, Mistake{strings.Join(path, confmap.KeyDelimiter), meant, err})
	}
}

// unreadable is what to write for a value that can't be read, nil where it can.
func (c *checking) unreadable(conf *confmap.Conf, key, setting string, typ reflect.Type, value any) error {
	if value == nil {
		return nil
	}
	if typ == durationType && !slices.Contains(c.unused, setting) {
		if err := cmp.Or(Unitless(setting, value), negative(setting, value)); err != nil {
			return err
		}
	}
	// What the Collector's decoder takes is what it says: a number from an environment variable may be a text.
	alone := reflect.New(reflect.StructOf([]reflect.StructField{{Name: "Value", Type: typ, Tag: reflect.StructTag(fmt.Sprintf("mapstructure:%q", key))}}))
	err := conf.Unmarshal(alone.Interface(), confmap.WithIgnoreUnused())
	if err == nil && !isCut(typ, value) {
		return nil
	}
	if slices.Contains(c.unused, setting) {
		return fmt.Errorf("%s is %s: leave it out", setting, shown(typ, value))
	}
	return fmt.Errorf("%s is %s: %s", setting, shown(typ, value), instead(typ, value))
}
