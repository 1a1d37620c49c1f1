// http.hpp -- a small HTTP/1.1: GET as a client, and what a small server needs. In the order of reading:
//
//   url.hpp             where a request goes
//   message.hpp         Request, Response and their first lines; fields.hpp: their headers
//   message_parser.hpp  bytes to messages, without reading or writing: line_parser.hpp, chunk_parser.hpp
//   message_reader.hpp  messages from a stream
//   name_lookup.hpp     the addresses of a host
//   get.hpp             all of it together
//
// limits.hpp says how large each part may be, http_error.hpp what can be wrong. (The book's first chapter
// uses reqwest.)
#pragma once

#include "common/io/http/get.hpp"
