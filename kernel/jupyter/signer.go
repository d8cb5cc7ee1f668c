package jupyter

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"sync"
)

// remembered is how many signatures of earlier messages are known at least, and
// twice as many at most.
const remembered = 1 << 15

var (
	errSignature = errors.New("wrong signature")
	errReplay    = errors.New("the same message came before")
)

// A signer signs messages with HMAC-SHA256 under the key of the connection
// file and checks those that arrive. Without a key it does neither.
type signer struct {
	key []byte

	mu               sync.Mutex
	seen, seenBefore *signatures
}

func newSigner(key string) *signer {
	return &signer{key: []byte(key), seen: new(signatures), seenBefore: new(signatures)}
}

func (s *signer) digest(parts [][]byte) (d [sha256.Size]byte) {
	mac := hmac.New(sha256.New, s.key)
	for _, p := range parts {
		mac.Write(p)
	}
	mac.Sum(d[:0])
	return d
}

// sign returns the signature in hexadecimal.
func (s *signer) sign(parts [][]byte) []byte {
	if len(s.key) == 0 {
		return nil
	}
	d := s.digest(parts)
	return hex.AppendEncode(nil, d[:])
}

// check reports a wrong signature, or one that it has accepted before.
func (s *signer) check(signature []byte, parts [][]byte) error {
	if len(s.key) == 0 {
		return nil
	}
	d := s.digest(parts)
	given, err := hex.DecodeString(string(signature))
	if err != nil || !hmac.Equal(given, d[:]) {
		return errSignature
	}
	short := binary.BigEndian.Uint64(d[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.seen.has(short) || s.seenBefore.has(short) {
		return errReplay
	}
	if s.seen.count == remembered {
		s.seen, s.seenBefore = s.seenBefore, s.seen
		*s.seen = signatures{}
	}
	s.seen.add(short)
	return nil
}

// signatures is a set of the beginnings of signatures: 64 bits are enough not
// to take a new message for an old one. It holds remembered of them, in a fixed
// amount of memory. Zero, which stands for an empty slot, is in every set.
type signatures struct {
	slots [2 * remembered]uint64
	count int
}

// find returns the slot of a signature, or the empty one where it belongs.
func (s *signatures) find(signature uint64) *uint64 {
	for i := signature; ; i++ {
		if slot := &s.slots[i%uint64(len(s.slots))]; *slot == 0 || *slot == signature {
			return slot
		}
	}
}

func (s *signatures) has(signature uint64) bool { return *s.find(signature) == signature }

func (s *signatures) add(signature uint64) {
	*s.find(signature) = signature
	s.count++
}
