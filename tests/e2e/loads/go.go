// SPDX-License-Identifier: Apache-2.0
package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

func must(ok bool, what string) {
	if !ok {
		fmt.Fprintln(os.Stderr, "go:", what)
		os.Exit(1)
	}
}

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(err == nil, "listen")
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") })
	go http.Serve(l, nil)
	var all sync.WaitGroup
	for i := 0; i < 20; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for k := 0; k < 5; k++ {
				r, err := http.Get("http://" + l.Addr().String() + "/")
				must(err == nil, "get")
				text, _ := io.ReadAll(r.Body)
				r.Body.Close()
				must(string(text) == "hello", "answer")
			}
		}()
	}
	all.Wait()
	for i := 0; i < 6; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			for k := 0; k < 20000; k++ {
				fmt.Fprintf(z, "line %d\n", k)
			}
			z.Close()
			_ = make([]byte, 32<<20)
		}()
	}
	all.Wait()
	runtime.GC()
	must(os.WriteFile("/data/out", make([]byte, 100000), 0o644) == nil, "write")
	out, err := exec.Command("/bin/echo", "hi").Output()
	must(err == nil && string(out) == "hi\n", "exec")
	time.Sleep(50 * time.Millisecond)
}
