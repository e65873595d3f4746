// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"hash/crc32"
	pixels "image" // image is a type of these tests
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var pictures = flag.Bool("pictures", false, "take the pictures of the README anew")

// checkPicture requires that a picture of the README was taken of something that says the same as now, and takes it
// anew when that is asked for. What it was taken of is in the picture, as a hash.
func checkPicture(t *testing.T, name, says string, taken []byte) {
	t.Helper()
	path := filepath.Join(root, "testdata", "screenshots", name)
	sum := sha256.Sum256([]byte(says))
	of := hex.EncodeToString(sum[:])
	if *pictures {
		require.NoError(t, os.WriteFile(path, withText(fewColours(t, taken), of), 0o644))
	}
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	size, err := png.DecodeConfig(bytes.NewReader(kept))
	require.NoError(t, err)
	assert.Equal(t, [2]int{1280, 800}, [2]int{size.Width, size.Height})
	assert.Equal(t, of, textOf(kept), "the picture in the README is older than the page: "+
		"go test -tags backends ./internal/e2e -run TestBackendDemo -pictures")
}

// keyword is that of the chunk of text in a PNG (https://www.w3.org/TR/png-3/#11tEXt).
const keyword = "Source\x00"

// headLength is that of a PNG's signature and of its first chunk, behind which other chunks may stand.
const headLength = 8 + 4 + 4 + 13 + 4

func withText(picture []byte, text string) []byte {
	chunk := append([]byte("tEXt"+keyword), text...)
	var b bytes.Buffer
	b.Write(picture[:headLength])
	_ = binary.Write(&b, binary.BigEndian, uint32(len(chunk)-4)) // a buffer takes it
	b.Write(chunk)
	_ = binary.Write(&b, binary.BigEndian, crc32.ChecksumIEEE(chunk))
	b.Write(picture[headLength:])
	return b.Bytes()
}

func textOf(picture []byte) string {
	_, after, found := bytes.Cut(picture, []byte("tEXt"+keyword))
	if !found || len(after) < 2*sha256.Size {
		return ""
	}
	return string(after[:2*sha256.Size])
}

// fewColours keeps 256 colours: of those that are nearly the same the one that there is most of, and of these the ones
// that there are most of. The others become the nearest of them. So the picture is less than half as large.
func fewColours(t *testing.T, picture []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(picture))
	require.NoError(t, err)
	counted := map[color.Color]int{}
	area := full.Bounds()
	each := func(do func(x, y int)) {
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				do(x, y)
			}
		}
	}
	each(func(x, y int) { counted[full.At(x, y)]++ })
	var colours color.Palette
	for c := range counted {
		colours = append(colours, c)
	}
	slices.SortFunc(colours, func(a, b color.Color) int { return cmp.Compare(counted[b], counted[a]) })
	alike := map[[3]uint32]bool{}
	colours = slices.DeleteFunc(colours, func(c color.Color) bool {
		r, g, b, _ := c.RGBA()
		nearly := [3]uint32{r >> 12, g >> 12, b >> 12}
		defer func() { alike[nearly] = true }()
		return alike[nearly]
	})
	few := pixels.NewPaletted(area, colours[:min(len(colours), 256)])
	nearest := map[color.Color]uint8{}
	each(func(x, y int) {
		c := full.At(x, y)
		if _, known := nearest[c]; !known {
			nearest[c] = uint8(few.Palette.Index(c))
		}
		few.SetColorIndex(x, y, nearest[c])
	})
	var b bytes.Buffer
	require.NoError(t, (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, few))
	return b.Bytes()
}
