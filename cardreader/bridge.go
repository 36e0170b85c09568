package cardreader

import (
	"context"
	"crypto/ecdsa"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"

	"github.com/ehrdesk/ehrdesk"
	"github.com/ehrdesk/ehrdesk/cardreader/trust"
)

// Bridge is a program of somebody else's that reads what only a licensed
// component can: a Hong Kong identity card, through the Government's service. It
// is started for each reading, is asked one thing on its standard input, answers
// one thing on its standard output and ends. Both are JSON, version 1:
//
//	{"version":1, "request":"read", "reader":"ACS ACR39U 00 00", "profile":"hkic-2018",
//	 "challenge":"<64 hexadecimal digits>"}
//
//	{"version":1, "face":{"hkic":"A123456(3)", "document":{"type","issuer","number"}, "name", "local_name",
//	   "born":"1966-02-15", "sex":"female", "issued", "expires", "photo":"<base64 JPEG>"},
//	 "proof":"unverified | signed-data | genuine-chip",
//	 "evidence":{"scheme", "response", "signed", "face"}}        the last three base64
//
//	{"version":1, "error":"removed"}                             a token of ehrdesk.CardFault
//
// A face has one of hkic and document; the rest may be left out. Dates are a
// year, a month or a day. The answer is at most 64 KiB beside a picture of 32.
//
// The program gets 15 s, a PATH, a LANG and nothing else of this desk; see run.
// What it says passes what a card's own words pass, so that a program that was
// taken over can lie and cannot do more. What it claims to be proved must be
// backed by evidence, and is held against it where this desk knows the scheme.
type Bridge struct {
	name     string
	program  string
	profiles []string
	issuers  []*ecdsa.PublicKey
	patience time.Duration
}

const (
	bridgeVersion = 1
	bridgeTime    = 15 * time.Second
	maxBridgeName = 64
)

// NewBridge is the program at the absolute path program, which stands for itself
// under name, for cards of profiles. issuers are the keys that this desk pins,
// for evidence of a scheme that it knows. The program and every folder above it
// must be the administrator's alone to change.
//
// Errors: CodeInvalid for a name, a profile or a path, CodeDenied for a program
// that others can change.
func NewBridge(name, program string, profiles []string, issuers []*ecdsa.PublicKey) (*Bridge, error) {
	const op = "card.bridge"
	if name == "" || name == ownName || len(name) > maxBridgeName || safe(name) != nil {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a bridge has a name of its own, of at most 64 bytes")
	}
	if len(profiles) == 0 || slices.ContainsFunc(profiles, func(id string) bool { return !plain.MatchString(id) }) {
		return nil, ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a bridge names the profiles that it reads")
	}
	b := &Bridge{name: name, program: program, profiles: slices.Clone(profiles), issuers: issuers, patience: bridgeTime}
	if _, err := b.checked(op); err != nil {
		return nil, err
	}
	return b, nil
}

// checked is where the program really is, once nobody else can change it.
func (b *Bridge) checked(op string) (program string, err error) {
	if !filepath.IsAbs(b.program) {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "a bridge's program is named by its absolute path")
	}
	if info, err := os.Stat(b.program); err != nil || !info.Mode().IsRegular() {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeInvalid, "the bridge's program is not there")
	}
	program, ok := administered(b.program)
	if !ok {
		return "", ehrdesk.Errorf(op, ehrdesk.CodeDenied, "the bridge's program, or a folder above it, can be changed by others than root")
	}
	return program, nil
}

// Name is the program's in configuration and evidence.
func (b *Bridge) Name() string { return b.name }

// Reads reports whether the program is for cards of a profile.
func (b *Bridge) Reads(profile string) bool { return slices.Contains(b.profiles, profile) }

type bridgeRequest struct {
	Version   int    `json:"version"`
	Request   string `json:"request"`
	Reader    string `json:"reader"`
	Profile   string `json:"profile"`
	Challenge string `json:"challenge"`
}

// Read starts the program and takes its answer. Errors: CodeCard with what the
// program said; NoService where it cannot be started, Internal where it failed,
// Malformed, TooLarge, BadData and Untrusted for an answer that is not taken,
// Late and Cancelled.
func (b *Bridge) Read(ctx context.Context, r FaceRequest) (*ehrdesk.CardReading, error) {
	const step = "bridge"
	if !b.Reads(r.Profile) {
		return nil, failure(opRead, Recognised, step, nil)
	}
	if !utf8.ValidString(r.Reader) {
		return nil, failure(opRead, NoReader, step, errors.New("the reader's name is not text"))
	}
	program, err := b.checked(opRead)
	if err != nil {
		return nil, failure(opRead, NoService, step, errors.New(ehrdesk.Message(err)))
	}
	challenge := newChallenge()
	if r.Challenge != nil {
		challenge = *r.Challenge
	}
	request, err := json.Marshal(bridgeRequest{bridgeVersion, "read", r.Reader, r.Profile, hex.EncodeToString(challenge[:])})
	if err != nil {
		return nil, failure(opRead, Internal, step, err)
	}
	ctx, stop := context.WithTimeout(ctx, b.patience)
	defer stop()
	answer, err := run(ctx, program, append(request, '\n'), maxBridgeAnswer)
	defer clear(answer)
	if err != nil {
		return nil, failed(opRead, step, err)
	}
	at := time.Now()
	got, err := parseAnswer(answer, at)
	if err != nil {
		return nil, err
	}
	got.Profile, got.Reader, got.At = r.Profile, r.Reader, at
	got.Evidence.Profile, got.Evidence.Source, got.Evidence.Proof, got.Evidence.Challenge = r.Profile, b.name, got.Proof, challenge
	if err := b.judge(got); err != nil {
		got.Wipe()
		return nil, err
	}
	return got, nil
}

// judge holds evidence of a scheme that this desk knows against its own rules:
// there the program's word counts for nothing. Of another scheme it is for those
// who know it.
func (b *Bridge) judge(got *ehrdesk.CardReading) error {
	v, err := trust.Check(got.Evidence, b.issuers)
	switch {
	case errors.Is(err, trust.ErrScheme), err == nil && got.Evidence.Scheme == "":
		return nil
	case err != nil:
		return failure(opRead, Untrusted, "bridge", errors.Unwrap(err))
	case got.Proof > v.Proof:
		return failure(opRead, Untrusted, "bridge", errOverclaimed)
	case !sameFace(v.Face, got.Face):
		return failure(opRead, BadData, "bridge", trust.ErrFace)
	}
	return nil
}
