// SPDX-License-Identifier: Apache-2.0

package generate

import (
	"math/rand/v2"
	"strconv"
	"sync"
)

// Generator makes varied, realistic LogEvents about synthetic people, who use documentation addresses only. The same
// seed makes the same events in the same order; uuids never repeat. It is safe for concurrent use; which caller gets
// which event then depends on their timing.
type Generator struct {
	mu        sync.Mutex
	malformed float64
	seed      uint64
	made      uint64
	random    *rand.Rand
	people    []person
	b         []byte

	// About the event being made:
	who         *person
	kind        *kind
	flaw        flaw
	transaction string
}

// lit appends text as it is.
func (g *Generator) lit(parts ...string) {
	for _, part := range parts {
		g.b = append(g.b, part...)
	}
}

// quote appends text that needs no escapes as a JSON string.
func (g *Generator) quote(s string) {
	g.b = append(append(append(g.b, '"'), s...), '"')
}

func (g *Generator) orNull(s string) {
	if s == "" {
		g.lit(`null`)
		return
	}
	g.quote(s)
}

func (g *Generator) number(n int) { g.b = strconv.AppendInt(g.b, int64(n), 10) }

func (g *Generator) pick2(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func (g *Generator) pick(from []string) string { return from[g.random.IntN(len(from))] }

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// id returns n random letters and digits.
func (g *Generator) id(n int) string {
	var id [64]byte
	for i, bits := 0, uint64(0); i < n; i, bits = i+1, bits/62 {
		if i%10 == 0 {
			bits = g.random.Uint64()
		}
		id[i] = alphabet[bits%62]
	}
	return string(id[:n])
}

func (g *Generator) hex32() string {
	var id [32]byte
	putHex(id[:16], g.random.Uint64())
	putHex(id[16:], g.random.Uint64())
	return string(id[:])
}

// uuid has the form of a version 1 UUID. Its first 48 bits are a one-to-one scramble of a counter, so that no seed
// repeats one.
func (g *Generator) uuid() string {
	g.made++
	first := g.made * 0x9e3779b97f4b & (1<<48 - 1)
	var u [36]byte
	copy(u[:], "00000000-0000-11f0-8000-000000000000")
	putHex(u[0:8], first>>16)
	putHex(u[9:13], first)
	putHex(u[20:23], g.seed>>48)
	putHex(u[24:36], g.seed)
	return string(u[:])
}

// putHex fills dst with the lowest digits of x.
func putHex(dst []byte, x uint64) {
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = "0123456789abcdef"[x&15]
		x >>= 4
	}
}
