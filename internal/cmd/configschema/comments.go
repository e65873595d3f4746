// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
)

// comments are the comments of structs and their fields, from the source of the packages that they are in.
type comments struct {
	// texts are the comments by import path, type and field, with dots between them; without a field for a type.
	texts map[string]string
	read  map[string]bool
	// err is the first package that could not be read.
	err error
}

func newComments() *comments { return &comments{texts: map[string]string{}, read: map[string]bool{}} }

// ofType is the comment of a struct.
func (c *comments) ofType(t reflect.Type) string {
	c.readPackage(t.PkgPath())
	return c.texts[t.PkgPath()+"."+t.Name()]
}

// name matches what may be the name of a field, or a path with one in it, which is left alone.
var name = regexp.MustCompile(`\w+(\.\w+)*`)

// ofField is the comment of a field of a struct. Fields have the names there by which a configuration knows them: the
// field itself, and others where their key is no word of a sentence.
func (c *comments) ofField(t reflect.Type, field string) string {
	c.readPackage(t.PkgPath())
	text := c.texts[t.PkgPath()+"."+t.Name()+"."+field]
	if rest, begins := strings.CutPrefix(text, field+" "); begins {
		text = keyOf(t, field) + " " + rest
	}
	return name.ReplaceAllStringFunc(text, func(found string) string {
		if key := keyOf(t, found); strings.Contains(key, "_") {
			return key
		}
		return found
	})
}

// keyOf is the key of a field, or the name itself where the struct has no such field.
func keyOf(t reflect.Type, name string) string {
	if field, found := t.FieldByName(name); found {
		if key, _, _ := strings.Cut(field.Tag.Get("mapstructure"), ","); key != "" {
			return key
		}
	}
	return name
}

// readPackage reads the comments of a package, once.
func (c *comments) readPackage(path string) {
	if c.read[path] || c.err != nil {
		return
	}
	c.read[path] = true
	source, err := build.Import(path, ".", 0)
	if err != nil {
		c.err = fmt.Errorf("finding the source of %s: %w", path, err)
		return
	}
	for _, name := range source.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(source.Dir, name), nil, parser.ParseComments)
		if err != nil {
			c.err = fmt.Errorf("reading the comments of %s: %w", path, err)
			return
		}
		for _, declaration := range file.Decls {
			if types, ok := declaration.(*ast.GenDecl); ok && types.Tok == token.TYPE {
				c.readTypes(path, types)
			}
		}
	}
}

// readTypes reads the comments of the structs of a declaration.
func (c *comments) readTypes(path string, types *ast.GenDecl) {
	for _, spec := range types.Specs {
		declared := spec.(*ast.TypeSpec)
		fields, ok := declared.Type.(*ast.StructType)
		if !ok {
			continue
		}
		doc := declared.Doc
		if doc == nil {
			doc = types.Doc
		}
		at := path + "." + declared.Name.Name
		c.texts[at] = inOneLine(doc)
		for _, field := range fields.Fields.List {
			doc := field.Doc
			if doc == nil {
				doc = field.Comment
			}
			for _, name := range field.Names {
				c.texts[at+"."+name.Name] = inOneLine(doc)
			}
		}
	}
}

// inOneLine is the text of a comment without its line breaks.
func inOneLine(doc *ast.CommentGroup) string { return strings.Join(strings.Fields(doc.Text()), " ") }
