// s3_keys.cpp -- the keyboard, the observers and the screen in one runtime; and the demo of 6.2 and 6.3.
#include "ch06_reactive/s3_keys.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <unistd.h>
#include <utility>

#include "common/channel/channel.hpp"
#include "common/demo/or_throw.hpp"
#include "common/demo/println.hpp"
#include "common/demo/waiting_for.hpp"
#include "common/future/select.hpp"
#include "common/runtime/builder.hpp"

#include "ch06_reactive/demos.hpp"
#include "ch06_reactive/s2_keyboard.hpp"
#include "ch06_reactive/s3_picture.hpp"
#include "ch06_reactive/s3_picture_file.hpp"

namespace ch06 {
namespace {

using demo::println;
using namespace std::chrono_literals;

constexpr int kHalfADegree = 50, kColdest = 500, kWarmest = 3500;
const Key kQuit("q");

// Keys at moments at which nothing else happens, so that the order of the lines is not left to chance.
constexpr const char* kScript = "1s,Up,100ms,Up,5s,h,100ms,i,6s,Down,100ms,Down,100ms,Down,4s,q";

// Shows the room and the input whenever one of them has changed. Two tasks use it, in one thread.
class Screen {
 public:
  explicit Screen(Render render) : render_(std::move(render)) {}

  void show(const Room& room) {
    if (shown_ && shown_->first == room && shown_->second == input_) return;
    shown_.emplace(room, input_);
    render_(room, input_);
  }
  void add(const Key& key) { input_ += key.name; }
  [[nodiscard]] const std::string& input() const { return input_; }

 private:
  Render render_;
  std::string input_;
  std::optional<std::pair<Room, std::string>> shown_;
};

Async<> hear_keys(Receiver<Key> keys, SharedRoom room, std::shared_ptr<Screen> screen) {
  for (;;) {
    const auto key = co_await keys.recv_async();
    if (!key || *key == kQuit) co_return;
    screen->add(*key);
    apply(*key, *room);
    screen->show(room->load());
  }
}

// Ends with the keys. The display never ends, unless its screen throws: then nobody would see anything any more.
Async<> until_quit(Async<> keys, JoinHandle<> shows) {
  const auto first = co_await select(std::move(keys), std::move(shows));
  if (first.index() == 1) std::get<1>(first).error().rethrow();
}

// What a script is to leave behind.
struct Promised {
  explicit Promised(const std::vector<Play>& plays) {
    RoomSubject room;
    for (const Play& play : plays) {
      if (play.key == kQuit) break;
      input += play.key.name;
      apply(play.key, room);
    }
    desired_temp = room.load().desired_temp;
  }
  std::string input;
  std::int16_t desired_temp;
};

Render render_to(bool is_screen) {
  if (!is_screen) {
    return [](const Room& room, const std::string& input) {
      println(room, "  Input:", input.empty() ? "" : " ", input);
    };
  }
  return [](const Room& room, const std::string& input) {
    println("\x1b[2J\x1b[HTemperature: ", degrees(room.temp), "\nDesired Temp: ", degrees(room.desired_temp),
            "\nHeater On: ", room.heat_on, "\nInput: ", input,
            "\n\nUp and + for warmer, Down and - for colder, q ends");
  };
}

}  // namespace

void apply(const Key& key, RoomSubject& room) {
  const bool warmer = key.name == "Up" || key.name == "+";
  if (!warmer && key.name != "Down" && key.name != "-") return;
  room.update([warmer](Room changed) {
    const int wished = changed.desired_temp + (warmer ? kHalfADegree : -kHalfADegree);
    changed.desired_temp = static_cast<std::int16_t>(std::clamp(wished, kColdest, kWarmest));
    return changed;
  });
}

Heated heat_by_keys(std::unique_ptr<KeySource> source, Duration reaction_delay, Render render) {
  const auto room = std::make_shared<RoomSubject>();
  const auto curve = std::make_shared<Curve>();
  const auto screen = std::make_shared<Screen>(std::move(render));
  std::exception_ptr failed;  // the keyboard's thread writes it, which has ended before it is looked at
  const Instant start = now();
  {
    const Runtime runtime = Builder::new_current_thread().enable_time().build();
    auto keys = unbounded<Key>();
    std::optional<Sender<Key>> sender(std::move(keys.sender));
    Keyboard keyboard(std::move(source), [&failed, &sender](std::exception_ptr why) {
      failed = std::move(why);
      sender.reset();  // the last one: there are no more keys
    });
    const CallbackGuard guard = keyboard.on_key_down([&sender](const Key& key) { (void)sender->send(key); });
    screen->show(room->load());
    const auto show = [screen](const Room& changed) { screen->show(changed); };
    auto shows = runtime.spawn(display, room, show);
    runtime.spawn(recorder, room, curve).detach();
    heat(runtime, room, reaction_delay);
    keyboard.start();
    runtime.block_on(until_quit(hear_keys(std::move(keys.receiver), room, screen), std::move(shows)));
  }
  if (failed) std::rethrow_exception(failed);
  curve->length = now() - start;
  return {room->load(), screen->input(), std::move(*curve)};
}

bool keyboard_demo(const demo::Options& options) {
  const std::string& given = options.text("keys");
  if (options.interactive && options.paused) {
    throw std::invalid_argument(
        "your keys come in real time: leave out --paused, or say what to press with --keys");
  }
  if (options.interactive && !given.empty()) {
    throw std::invalid_argument("--interactive waits for your keys: leave it out, or leave out --keys");
  }
  std::optional<demo::WaitingFor> waiting;
  std::unique_ptr<KeySource> source;
  std::optional<Promised> promised;
  const std::string& file = options.text("curve");
  if (!file.empty()) demo::or_throw(check_file(file));  // not only when all has been played
  if (options.interactive) {
    source = demo::or_throw(TerminalKeys::open(STDIN_FILENO));
  } else {
    auto plays = demo::or_throw(parse_script(given.empty() ? kScript : given));
    promised.emplace(plays);
    waiting.emplace("the keys of the script", options.limit(15min));
    source = std::make_unique<ScriptedKeys>(std::move(plays));
  }
  const bool is_screen = options.interactive && demo::current_output().is_terminal();
  const std::chrono::seconds delay(options.count("delay"));
  const Heated heated = heat_by_keys(std::move(source), delay, render_to(is_screen));
  if (!file.empty()) {
    demo::or_throw(write_file(file, svg_of(heated.curve)));
    println("the curve: ", file);
  }
  return !promised || (heated.input == promised->input && heated.room.desired_temp == promised->desired_temp);
}

}  // namespace ch06
