package jupyter

import (
	"errors"
	"fmt"
	"testing"

	"github.com/galago-hpc/galago/kernel/jupyter/zmtp"
)

func sample(s *signer, id string) [][]byte {
	frames, err := encode(header{ID: id, Type: "execute_request", Version: protocolVersion}, nil, nil, object{"code": "1 < 2"}, s)
	if err != nil {
		panic(err)
	}
	return append([][]byte{[]byte("proxy")}, frames...)
}

func TestMessagesSurviveTheWay(t *testing.T) {
	for _, key := range []string{"", "secret"} {
		m, err := decode(zmtp.Peer{Identity: "me"}, sample(newSigner(key), "1"), newSigner(key))
		if err != nil {
			t.Fatal(err)
		}
		if m.header.Type != "execute_request" || string(m.content) != `{"code":"1 < 2"}` || string(m.route[0]) != "proxy" {
			t.Errorf("%+v", m)
		}
	}
}

func TestSignaturesOfAnotherKeyAreWrong(t *testing.T) {
	if _, err := decode(zmtp.Peer{}, sample(newSigner("other"), "1"), newSigner("secret")); !errors.Is(err, errSignature) {
		t.Error(err)
	}
}

func TestEveryPartIsSigned(t *testing.T) {
	for part := 3; part < 7; part++ {
		frames := sample(newSigner("secret"), "1")
		frames[part] = append(frames[part], ' ')
		if _, err := decode(zmtp.Peer{}, frames, newSigner("secret")); !errors.Is(err, errSignature) {
			t.Errorf("part %d: %v", part, err)
		}
	}
}

func TestReplaysAreRefusedAsFarBackAsTheyAreRemembered(t *testing.T) {
	s := newSigner("secret")
	for i := range 2*remembered + 100 {
		if _, err := decode(zmtp.Peer{}, sample(s, fmt.Sprint(i)), s); err != nil {
			t.Fatal(i, err)
		}
	}
	for _, i := range []int{2*remembered + 99, 2 * remembered, remembered + 100, remembered} {
		if _, err := decode(zmtp.Peer{}, sample(s, fmt.Sprint(i)), s); !errors.Is(err, errReplay) {
			t.Errorf("message %d again: %v", i, err)
		}
	}
	if s.seen.count != 100 || s.seenBefore.count != remembered {
		t.Errorf("%d and %d signatures are kept", s.seen.count, s.seenBefore.count)
	}
}

func FuzzDecode(f *testing.F) {
	frames := sample(newSigner(""), "1")
	f.Add(frames[3], frames[4], frames[5], frames[6])
	f.Add([]byte("{}"), []byte("null"), []byte(""), []byte("[]"))
	f.Fuzz(func(t *testing.T, head, parent, metadata, content []byte) {
		s := newSigner("")
		m, err := decode(zmtp.Peer{}, [][]byte{[]byte(delimiter), nil, head, parent, metadata, content}, s)
		if err != nil {
			return
		}
		// What was accepted can be answered.
		if _, err := encode(header{}, m, nil, object{}, s); err != nil {
			t.Errorf("header %q: %v", head, err)
		}
	})
}
