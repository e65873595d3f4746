// SPDX-License-Identifier: Apache-2.0

package jsontape

// value puts the value at pos, which has depth containers around it, on the tape and returns the position behind it, or
// -1 where there is none or the tape is full. What it reads, [valueEnd] accepts.
func (t *Tape) value(key cellKey, pos, depth int) int {
	switch peek(t.text, pos) {
	case '"':
		text, end := t.quoted(pos)
		return t.scalar(key, String, text, end)
	case '{', '[':
		switch {
		case depth >= MaxDepth:
			return t.asText(key, pos, depth)
		case t.limited:
			return t.fit(key, pos, depth)
		}
		return t.container(key, pos, depth)
	case 'n':
		return t.literal(key, Null, pos, "null")
	case 't':
		return t.literal(key, True, pos, "true")
	case 'f':
		return t.literal(key, False, pos, "false")
	default:
		end := numberEnd(t.text, pos)
		return t.scalar(key, Number, span{int32(pos), int32(end)}, end)
	}
}

func (t *Tape) container(key cellKey, pos, depth int) int {
	if t.text[pos] == '{' {
		return t.object(key, pos, depth+1)
	}
	return t.array(key, pos, depth+1)
}

func (t *Tape) object(key cellKey, pos, depth int) int {
	at := t.open(key, Object)
	if at < 0 {
		return -1
	}
	pos, more := first(t.text, pos, '}')
	var members, kept, keyed int
	var seen uint64
	for more {
		// This is key, and next below, written out: as calls the two cost a tenth of the time of Parse.
		if peek(t.text, pos) != '"' {
			return -1
		}
		member, end := t.quoted(pos)
		if end < 0 {
			return -1
		}
		if pos = space(t.text, end); peek(t.text, pos) != ':' {
			return -1
		}
		child := len(t.cells)
		if pos = t.value(t.keyOf(member), space(t.text, pos+1), depth); pos < 0 {
			return -1
		}
		// Two equal keys have the same bit; a bit that is set already says that there may be an equal one before.
		bit := keyBit(t.str(member))
		if seen&bit != 0 && members < smallObject {
			earlierKept, earlierKeyed := t.dropEarlier(at+1, child)
			kept, keyed = kept-earlierKept, keyed-earlierKeyed
		}
		seen |= bit
		members++
		if !t.Empty(child) {
			kept++
		}
		if !t.Unkeyed(child) {
			keyed++
		}
		pos = space(t.text, pos)
		switch peek(t.text, pos) {
		case ',':
			pos = space(t.text, pos+1)
		case '}':
			pos++
			more = false
		default:
			return -1
		}
	}
	if members > smallObject {
		kept, keyed = t.dropRepeated(at)
	}
	return t.close(at, kept, keyed, pos)
}

func (t *Tape) array(key cellKey, pos, depth int) int {
	at := t.open(key, Array)
	if at < 0 {
		return -1
	}
	kept := 0
	pos, more := first(t.text, pos, ']')
	for more {
		if pos = t.value(cellKey{}, pos, depth); pos < 0 {
			return -1
		}
		kept++
		pos, more = next(t.text, pos, ']')
	}
	return t.close(at, kept, kept, pos)
}

// key reads the key at pos and the colon after it, and returns the key and where its value begins, or -1.
func (t *Tape) key(pos int) (key span, value int) {
	if peek(t.text, pos) != '"' {
		return span{}, -1
	}
	key, end := t.quoted(pos)
	if end < 0 {
		return span{}, -1
	}
	if end = space(t.text, end); peek(t.text, end) != ':' {
		return span{}, -1
	}
	return key, space(t.text, end+1)
}

// asText keeps the container at pos as text.
func (t *Tape) asText(key cellKey, pos, depth int) int {
	end := valueEnd(t.text, pos, t.around+depth)
	return t.scalar(key, Text, span{int32(pos), int32(end)}, end)
}

func (t *Tape) literal(key cellKey, kind Kind, pos int, want string) int {
	return t.scalar(key, kind, span{}, literalEnd(t.text, pos, want))
}

// scalar puts a value that has nothing inside on the tape, and hands back the position behind it, or -1.
func (t *Tape) scalar(key cellKey, kind Kind, text span, end int) int {
	if len(t.cells) == t.most {
		t.full = true
		return -1
	}
	t.put(key, kind, text)
	return end
}

// open begins a container and returns its index, or -1.
func (t *Tape) open(key cellKey, kind Kind) int {
	if len(t.cells) == t.most {
		t.full = true
		return -1
	}
	t.put(key, kind, span{})
	return len(t.cells) - 1
}

func (t *Tape) put(key cellKey, kind Kind, value span) {
	t.cells = append(t.cells, cell{key: key.at, keySize: key.size, kind: kind, value: value})
}

// close ends the container that open returned, and hands back the position behind it, or -1.
func (t *Tape) close(at, kept, keyed, pos int) int {
	if pos < 0 {
		return pos
	}
	c := &t.cells[at]
	c.inside, c.value = uint16(len(t.cells)-at-1), span{int32(kept), int32(keyed)}
	return pos
}
