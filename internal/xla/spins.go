package xla

import (
	"encoding/binary"
	"fmt"

	"example.org/isinggraph/internal/par"
	"example.org/isinggraph/internal/philox"
	"example.org/isinggraph/internal/splitmix"
	"github.com/gomlx/gomlx/core/tensors"
)

// pack makes the group's words of its chains' spins.
func (g *group) pack() (*tensors.Tensor, error) {
	if g.sampler.engine.Accelerator && g.job.Fresh {
		t, err := g.makeSpins()
		if err != nil {
			return nil, fmt.Errorf("making random spins: %w", err)
		}
		return t, nil
	}
	t, err := tensors.FromShapeForBackend(g.sampler.engine.Backend, g.device, g.wordsShape())
	if err != nil {
		return nil, fmt.Errorf("packing spins: %w", err)
	}
	lo, hi := g.chains()
	l, n := g.sampler.layout, g.sampler.graph.NumNodes()
	err = t.MutableBytes(func(b []byte) {
		clear(b)
		for c := lo; c < hi; c++ {
			at, fresh := l.bytes(c-lo, g.lanes), g.job.Fresh
			if eight, ok := g.eight(c); ok {
				if fresh {
					g.randomEight(at, b, c)
				} else {
					par.Range(n, 1<<13, func(from, to int) { at.packEight(b, from, to, eight) })
				}
				c += 7
				continue
			}
			x := g.job.chain(c)
			par.Range((n+63)/64, 1<<9, func(from, to int) {
				part := x[64*from : min(64*to, n)]
				if fresh {
					philox.Spins(part, g.job.Seed, g.job.First+c, from)
				}
				at.pack(b, 64*from, part)
			})
		}
	})
	if err != nil {
		return nil, fmt.Errorf("packing spins: %w", err)
	}
	return t, nil
}

// unpack copies the group's spins out of its words, and the means out of the
// tally.
func (g *group) unpack(t *tensors.Tensor) error {
	lo, hi := g.chains()
	l, n := g.sampler.layout, g.sampler.graph.NumNodes()
	var err error
	if g.sampler.engine.Accelerator {
		err = g.fetchSpins(t)
	} else {
		err = t.ConstBytes(func(b []byte) {
			for c := lo; c < hi; c++ {
				at := l.bytes(c-lo, g.lanes)
				if eight, ok := g.eight(c); ok {
					par.Range(n, 1<<13, func(from, to int) { at.unpackEight(b, from, to, eight) })
					c += 7
					continue
				}
				x := g.job.chain(c)
				par.Range(n, 1<<15, func(from, to int) { at.unpack(b, from, x[from:to]) })
			}
		})
	}
	if err != nil {
		return fmt.Errorf("unpacking spins: %w", err)
	}
	for c := lo; c < hi && g.job.Mean != nil; c++ {
		x, at := g.job.chain(c), l.bytes(c-lo, g.lanes)
		kept := float64(g.job.Sweeps - g.job.BurnIn)
		for i := range n {
			up := float64(g.tally[at.of(i)]) + float64(x[i]+1)/2
			g.job.Mean[c*n+i] = float32(2*up/kept - 1)
		}
	}
	return nil
}

// Eight chains that fill the lanes of words, eight nodes at a time: a word is a byte
// of 0 or 1 for each chain.

// eight returns the chains c … c+7, if they fill the lanes of words.
func (g *group) eight(c int) (x [8][]int8, ok bool) {
	lo, hi := g.chains()
	if g.lanes < 8 || g.sampler.layout.Lane != nil || (c-lo)%8 != 0 || c+8 > hi {
		return x, false
	}
	for k := range x {
		x[k] = g.job.chain(c + k)
	}
	return x, true
}

// randomEight packs the random spins with which the chains c … c+7 begin.
func (g *group) randomEight(at byteIndex, words []byte, c int) {
	lo, hi := splitmix.Mix(g.job.Seed)
	var keys [8][2]uint32
	for k := range keys {
		keys[k][0], keys[k][1] = philox.Key(lo, hi, 0, philox.Start, uint32(g.job.First+c+k))
	}
	par.Range((len(at.offset)+63)/64, 1<<7, func(from, to int) { at.randomEight(words, from, to, keys) })
}

// randomEight packs the random spins of the nodes 64·from … 64·to−1, by the chains'
// stream keys: see randomSpins.
func (b byteIndex) randomEight(words []byte, from, to int, keys [8][2]uint32) {
	words = words[b.base:]
	for block := from; block < to; block++ {
		var w [8]uint64
		for k, key := range keys {
			even, odd := philox.Words(key[0], key[1], uint32(block))
			w[k] = uint64(even) | uint64(odd)<<32
		}
		nodes := b.offset[64*block : min(64*block+64, len(b.offset))]
		for j := 0; j < len(nodes); j += 8 {
			x := w[0]>>j&255 | w[1]>>j&255<<8 | w[2]>>j&255<<16 | w[3]>>j&255<<24 |
				w[4]>>j&255<<32 | w[5]>>j&255<<40 | w[6]>>j&255<<48 | w[7]>>j<<56
			for _, offset := range nodes[j:min(j+8, len(nodes))] {
				binary.LittleEndian.PutUint64(words[8*int(offset):], x&0x0101010101010101)
				x >>= 1
			}
		}
	}
}

// packEight is pack for the nodes from … to−1 of the chains of eight lanes: a byte
// of spin+1 is 0 or 2.
func (b byteIndex) packEight(words []byte, from, to int, x [8][]int8) {
	words = words[b.base:]
	x0, x1, x2, x3, x4, x5, x6, x7 := x[0][:to], x[1][:to], x[2][:to], x[3][:to], x[4][:to], x[5][:to], x[6][:to], x[7][:to]
	up := func(v int8, lane int) uint64 { return uint64(uint8(v+1)) << (8 * lane) }
	for i := from; i < to; i++ {
		w := up(x0[i], 0) | up(x1[i], 1) | up(x2[i], 2) | up(x3[i], 3) | up(x4[i], 4) | up(x5[i], 5) | up(x6[i], 6) | up(x7[i], 7)
		binary.LittleEndian.PutUint64(words[8*int(b.offset[i]):], w>>1)
	}
}

// spinsOf are the spins of eight nodes by their bits.
var spinsOf = func() (t [256][8]int8) {
	for k := range t {
		for j := range t[k] {
			t[k][j] = int8(k>>j&1)*2 - 1
		}
	}
	return t
}()

// unpackEight reads them back, eight nodes at a time: bit j of byte k is of node j
// and chain k.
func (b byteIndex) unpackEight(words []byte, from, to int, x [8][]int8) {
	words = words[b.base:]
	i := from
	for ; i+8 <= to; i += 8 {
		o := (*[8]int32)(b.offset[i:])
		word := func(j int) uint64 { return binary.LittleEndian.Uint64(words[8*int(o[j]):]) << j }
		w := word(0) | word(1) | word(2) | word(3) | word(4) | word(5) | word(6) | word(7)
		*(*[8]int8)(x[0][i:]) = spinsOf[w&255]
		*(*[8]int8)(x[1][i:]) = spinsOf[w>>8&255]
		*(*[8]int8)(x[2][i:]) = spinsOf[w>>16&255]
		*(*[8]int8)(x[3][i:]) = spinsOf[w>>24&255]
		*(*[8]int8)(x[4][i:]) = spinsOf[w>>32&255]
		*(*[8]int8)(x[5][i:]) = spinsOf[w>>40&255]
		*(*[8]int8)(x[6][i:]) = spinsOf[w>>48&255]
		*(*[8]int8)(x[7][i:]) = spinsOf[w>>56]
	}
	for ; i < to; i++ {
		for k := range x {
			x[k][i] = int8(words[8*int(b.offset[i])+k])*2 - 1
		}
	}
}
