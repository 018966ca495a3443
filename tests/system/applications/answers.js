// The application that answers what its path begins with, /404/a by 404, with a logger before it.
//     node answers.js LOGGER PORT: LOGGER is a format of morgan's, pino or winston
const [logger, port] = process.argv.slice(2)
const express = require('express')

function middleware () {
  if (logger === 'pino') return require('pino-http')()
  if (logger !== 'winston') return require('morgan')(logger)
  const winston = require('winston')
  return require('express-winston').logger({
    transports: [new winston.transports.Console()], format: winston.format.json(), meta: true
  })
}

const app = express()
app.disable('etag')
app.use(middleware())
app.use((request, response) => {
  const found = /^\/([2-5]\d\d)\b/.exec(request.path)
  const status = found ? Number(found[1]) : 200
  response.status(status).set('X-Answer', String(status))
  response.end([204, 304].includes(status) ? undefined : 'x\n')
})
app.listen(Number(port), '127.0.0.1', () => console.log('listening'))
