// Command foreign reads our log and our notes with the tools of others: golang.org/x/mod/sumdb and filippo.io/torchwood.
//
//	foreign read URL LOG-KEY [NAME:SEED ...]   fetch everything by tiles, check every hash, print what was found
//	foreign prove URL LOG-KEY INDEX              fetch one entry and prove it
//	foreign agent SOCKET                         an ssh-agent with one new key, which litewitness signs with
package main

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"strings"

	"filippo.io/torchwood"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func main() {
	log.SetFlags(0)
	switch {
	case len(os.Args) >= 4 && os.Args[1] == "read":
		read(os.Args[2], os.Args[3:])
	case len(os.Args) == 5 && os.Args[1] == "prove":
		prove(os.Args[2], os.Args[3], os.Args[4])
	case len(os.Args) == 3 && os.Args[1] == "agent":
		serveAgent(os.Args[2])
	default:
		log.Fatal("foreign read URL KEY ... | prove URL KEY INDEX | agent SOCKET")
	}
}

// open fetches the checkpoint and checks it by the keys.
func open(url string, keys []string) (*torchwood.Client, torchwood.Checkpoint, int) {
	fetcher, err := torchwood.NewTileFetcher(url)
	must(err)
	raw, err := fetcher.ReadEndpoint(context.Background(), "checkpoint")
	must(err)
	var verifiers []note.Verifier
	for _, key := range keys {
		verifiers = append(verifiers, verifier(key))
	}
	opened, err := note.Open(raw, note.VerifierList(verifiers...))
	must(err)
	checkpoint, err := torchwood.ParseCheckpoint(opened.Text)
	must(err)
	client, err := torchwood.NewClient(fetcher)
	must(err)
	return client, checkpoint, len(opened.Sigs)
}

// verifier makes one from the public key of a log, or from NAME:SEED of a witness: this version of torchwood reads
// no public keys of witnesses.
func verifier(key string) note.Verifier {
	name, seed, found := strings.Cut(key, ":")
	if !found {
		log, err := note.NewVerifier(key)
		must(err)
		return log
	}
	bytes, err := hex.DecodeString(seed)
	must(err)
	signer, err := torchwood.NewCosignatureSigner(name, ed25519.NewKeyFromSeed(bytes))
	must(err)
	return signer.Verifier()
}

func read(url string, keys []string) {
	client, checkpoint, signatures := open(url, keys)
	all, bytes, next := sha256.New(), 0, int64(0)
	for next < checkpoint.N {
		before := next
		for index, entry := range client.Entries(context.Background(), checkpoint.Tree, next) {
			if index != next {
				log.Fatalf("entry %d came where %d was due", index, next)
			}
			all.Write(entry)
			bytes += len(entry)
			next++
		}
		must(client.Err())
		if next == before {
			log.Fatalf("stopped at %d of %d", next, checkpoint.N)
		}
	}
	fmt.Printf("%s %d %s %d %x %d\n", checkpoint.Origin, checkpoint.N, checkpoint.Hash, bytes, all.Sum(nil), signatures)
}

func prove(url, key, index string) {
	client, checkpoint, _ := open(url, []string{key})
	number, err := strconv.ParseInt(index, 10, 64)
	must(err)
	entry, proof, err := client.Entry(context.Background(), checkpoint.Tree, number)
	must(err)
	must(tlog.CheckRecord(proof, checkpoint.N, checkpoint.Hash, number, tlog.RecordHash(entry)))
	fmt.Printf("%x\n", entry)
}

func serveAgent(socket string) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	keyring := agent.NewKeyring()
	must(keyring.Add(agent.AddedKey{PrivateKey: key}))
	signer, err := ssh.NewSignerFromKey(key)
	must(err)
	listener, err := net.Listen("unix", socket)
	must(err)
	fmt.Println(ssh.FingerprintSHA256(signer.PublicKey()))
	for {
		connection, err := listener.Accept()
		must(err)
		go agent.ServeAgent(keyring, connection)
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
