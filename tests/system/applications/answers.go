// The application that answers what its path begins with, /404/a by 404, behind a framework's logger.
//
//	answers KIND PORT
package main

import (
	"log"
	"net/http"
	"os"
	"regexp"
	"strconv"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	chimiddleware "github.com/go-chi/chi/v5/middleware"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
)

var first = regexp.MustCompile(`^/([2-5]\d\d)\b`)

func answer(w http.ResponseWriter, r *http.Request) {
	status := 200
	if found := first.FindStringSubmatch(r.URL.Path); found != nil {
		status, _ = strconv.Atoi(found[1])
	}
	w.Header().Set("X-Answer", strconv.Itoa(status))
	w.WriteHeader(status)
	if status != 204 && status != 304 {
		w.Write([]byte("x\n"))
	}
}

func withGin() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.Use(gin.Logger())
	engine.NoRoute(gin.WrapF(answer))
	return engine
}

func withChi(middleware ...func(http.Handler) http.Handler) http.Handler {
	router := chi.NewRouter()
	router.Use(append(middleware, chimiddleware.Logger)...)
	router.HandleFunc("/*", answer)
	return router
}

func withEcho() http.Handler {
	server := echo.New()
	server.Use(echomiddleware.Logger())
	server.Any("/*", echo.WrapHandler(http.HandlerFunc(answer)))
	return server
}

func main() {
	kinds := map[string]http.Handler{"gin": withGin(), "chi": withChi(),
		"chi, RequestID": withChi(chimiddleware.RequestID), "echo": withEcho()}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+os.Args[2], kinds[os.Args[1]]))
}
