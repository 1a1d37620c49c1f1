// s4_lines.cpp -- prints the server's lines; each goes out at once, also into a pipe.
#include "ch10_std_server/s4_lines.hpp"

#include <arpa/inet.h>
#include <array>
#include <cstdio>
#include <cstring>

namespace ch10 {

std::string to_string(const sockaddr_in& address) {
  std::array<char, INET_ADDRSTRLEN> text{};
  ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
  return std::string(text.data()) + ":" + std::to_string(ntohs(address.sin_port));
}

void ServerLines::sleeping(const std::string& worker) {
  std::printf("%s is sleeping\n", worker.c_str());
  std::fflush(stdout);
}

void ServerLines::connection(const std::string& worker, const sockaddr_in& peer) {
  std::printf("%s Received connection: %s\n", worker.c_str(), to_string(peer).c_str());
  std::fflush(stdout);
}

void ServerLines::message(const Data& message) {
  std::printf("Received message: %s\n", message.debug_string().c_str());
  std::fflush(stdout);
}

void ServerLines::refused(const sockaddr_in& peer, const std::string& why) {
  std::fprintf(stderr, "Failed to decode message from %s: %s\n", to_string(peer).c_str(), why.c_str());
}

void ServerLines::no_descriptors(int error) {
  std::fprintf(stderr, "Connection failed: %s; new clients wait until some of the others leave\n",
               std::strerror(error));
}

ServerLines& ServerLines::printed() {
  static ServerLines lines;
  return lines;
}

}  // namespace ch10
