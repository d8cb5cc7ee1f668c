package jupyter

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"sync"
)

const remembered = 1 << 16 // signatures of earlier messages, as many as jupyter_client keeps

var (
	errSignature = errors.New("wrong signature")
	errReplay    = errors.New("the same message came before")
)

// A signer signs messages with HMAC-SHA256 under the key of the connection
// file and checks those that arrive. Without a key it does neither.
type signer struct {
	key []byte

	mu   sync.Mutex
	seen map[uint64]bool // by the first bytes of a signature: a second message with the same is improbable enough
	ring []uint64        // seen, oldest at next once it is full
	next int
}

func newSigner(key string) *signer {
	return &signer{key: []byte(key), seen: make(map[uint64]bool)}
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
	if s.seen[short] {
		return errReplay
	}
	s.seen[short] = true
	if len(s.ring) < remembered {
		s.ring = append(s.ring, short)
		return nil
	}
	delete(s.seen, s.ring[s.next])
	s.ring[s.next] = short
	s.next = (s.next + 1) % remembered
	return nil
}
