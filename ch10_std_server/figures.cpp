// figures.cpp -- ch10_figures: measures the server and the client as programs, as docs/performance.md states it.
//
//   ch10_figures [RUNS]        (7; the programs are those in its own folder)
//
// All of it is on loopback, bounded, and over in about half a minute. It prints and does not judge.
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dirent.h>
#include <fcntl.h>
#include <fstream>
#include <stdexcept>
#include <string>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "common/base/descriptor.hpp"

#include "ch10_std_server/options.hpp"

namespace {

using async::base::Descriptor;
using Seconds = std::chrono::duration<double>;

// A program of this folder, with its standard output in a pipe; ended with SIGTERM, and waited for.
class Program {
 public:
  explicit Program(std::vector<std::string> words) {
    std::array<char, 4096> self{};
    if (::readlink("/proc/self/exe", self.data(), self.size() - 1) < 0) throw std::runtime_error("no /proc");
    const std::string path(self.data());
    words.front() = path.substr(0, path.rfind('/') + 1) + words.front();
    std::vector<char*> arguments;
    for (std::string& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);

    std::array<int, 2> pipe{};
    if (::pipe2(pipe.data(), O_CLOEXEC) < 0) throw std::runtime_error("pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      ::dup2(pipe[1], STDOUT_FILENO);
      ::execv(arguments.front(), arguments.data());
      std::fprintf(stderr, "cannot run %s: %s\n", arguments.front(), std::strerror(errno));
      ::_exit(127);
    }
    ::close(pipe[1]);
    output_ = ::fdopen(pipe[0], "r");
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;
  ~Program() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
    std::fclose(output_);
  }

  // Empty at the end of the output.
  std::string line() {
    std::array<char, 256> text{};
    if (std::fgets(text.data(), text.size(), output_) == nullptr) return {};
    return std::string(text.data(), std::strcspn(text.data(), "\n"));
  }

  // User and system time of all its threads.
  [[nodiscard]] double cpu_seconds() const {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid_, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }
  [[nodiscard]] long resident_bytes() const {
    std::ifstream statm("/proc/" + std::to_string(pid_) + "/statm");
    long size = 0;
    long resident = 0;
    statm >> size >> resident;
    return resident * ::sysconf(_SC_PAGESIZE);
  }
  [[nodiscard]] long open_files() const {
    long count = -2;  // . and ..
    DIR* folder = ::opendir(("/proc/" + std::to_string(pid_) + "/fd").c_str());
    while (folder != nullptr && ::readdir(folder) != nullptr) ++count;
    if (folder != nullptr) ::closedir(folder);
    return count;
  }

 private:
  pid_t pid_ = -1;
  FILE* output_ = nullptr;
};

struct Server : Program {
  explicit Server(const std::string& executor)
      : Program({"ch10_server", "--port", "0", "--quiet", "--executor", executor}) {
    const std::string first = line();
    if (first.empty()) throw std::runtime_error("the server did not start");
    port = first.substr(first.rfind(' ') + 1);
  }
  std::string port;
};

// Both cores, or one? Two threads that only count, for 300 ms: CPU time over elapsed time.
double cores_at_once() {
  const auto count = [] {
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
    while (std::chrono::steady_clock::now() < end) {
    }
  };
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  std::thread other(count);
  count();
  other.join();
  const Seconds elapsed = std::chrono::steady_clock::now() - start;
  return static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC / elapsed.count();
}

void requests(const std::string& executor, int runs, const std::string& count) {
  for (int run = 0; run < runs; ++run) {
    const double cores = cores_at_once();
    Server server(executor);
    Program client({"ch10_client", "--port", server.port, "--requests", count, "--quiet"});
    const std::string result = client.line();
    std::printf("%-8s %-34s server CPU %.3f s   (cores %.2f)\n", executor.c_str(), result.c_str(),
                server.cpu_seconds(), cores);
  }
}

// Connections that never send anything; returns when the server has accepted them all.
std::vector<Descriptor> silent_connections(const Server& server, std::size_t count) {
  const long before = server.open_files();
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server.port)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::vector<Descriptor> silent;
  while (silent.size() < count) {
    silent.emplace_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::connect(silent.back().get(), reinterpret_cast<sockaddr*>(&address), sizeof address) < 0) {
      throw std::runtime_error(std::string("connect: ") + std::strerror(errno));
    }
  }
  for (int tries = 0; server.open_files() < before + static_cast<long>(count); ++tries) {
    if (tries == 500) throw std::runtime_error("the server did not accept all connections");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  // Let the workers see the last ones too.
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  return silent;
}

void idle_cpu(const std::string& executor) {
  const Server server(executor);
  const auto silent = silent_connections(server, 100);
  const double before = server.cpu_seconds();
  std::this_thread::sleep_for(std::chrono::seconds(3));
  std::printf("%-8s 100 silent connections, 3 s           server CPU %.3f s\n", executor.c_str(),
              server.cpu_seconds() - before);
}

void idle_memory(const std::string& executor) {
  constexpr std::size_t kCount = 10'000;
  const Server server(executor);
  const long before = server.resident_bytes();
  const auto silent = silent_connections(server, kCount);
  std::printf("%-8s 10,000 silent connections             %.0f bytes resident each\n", executor.c_str(),
              static_cast<double>(server.resident_bytes() - before) / kCount);
}

}  // namespace

int main(int argc, char** argv) {
  const int runs = argc > 1 ? std::atoi(argv[1]) : 7;
  if (runs < 1 || argc > 2) {
    std::fprintf(stderr, "usage: ch10_figures [RUNS]\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  ch10::raise_descriptor_limit(10'100, "10,000 connections");
  try {
    requests("waking", runs, "4000");
    requests("waking", std::min(runs, 3), "10000");
    requests("polling", 1, "4000");
    idle_cpu("waking");
    idle_cpu("polling");
    idle_memory("waking");
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ch10_figures: %s\n", error.what());
    return 1;
  }
}
