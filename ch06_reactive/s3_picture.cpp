// s3_picture.cpp -- a curve for the terminal; and a text into a file.
#include "ch06_reactive/s3_picture.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <string_view>
#include <system_error>

#include "common/base/check.hpp"
#include "common/base/descriptor.hpp"

#include "ch06_reactive/s3_scale.hpp"

namespace ch06 {
namespace {

std::string label(int hundredths) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "%6.2f |", degrees(hundredths));
  return text.data();
}

}  // namespace

std::vector<std::string> picture_of(const Curve& curve, PictureSize size) {
  ASYNC_CHECK(size.columns >= 2 && size.rows >= 2, "a picture has at least two columns and two rows");
  const Scale scale = scale_of(curve);
  const auto span = static_cast<std::size_t>(scale.highest - scale.lowest);
  // From the top, rounded to the nearest row.
  const auto row_of = [&](int temp) {
    return (static_cast<std::size_t>(scale.highest - temp) * (size.rows - 1) + span / 2) / span;
  };
  std::vector<std::string> rows(size.rows, std::string(size.columns, ' '));
  std::string heater(size.columns, ' ');
  const auto columns = static_cast<Duration::rep>(size.columns);
  // A column is a time, and shows all that the room was in it. Temperatures last: they hide the desired one.
  for (Duration::rep column = 0; column < columns; ++column) {
    const auto place = static_cast<std::size_t>(column);
    const auto rooms = curve.during(curve.length * column / columns, curve.length * (column + 1) / columns);
    for (const Room& room : rooms) rows[row_of(room.desired_temp)][place] = '-';
    for (const Room& room : rooms) {
      rows[row_of(room.temp)][place] = '*';
      if (room.heat_on) heater[place] = '#';
    }
  }
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < size.rows; ++row) {
    const auto below = static_cast<int>((span * row + (size.rows - 1) / 2) / (size.rows - 1));
    lines.push_back(label(scale.highest - below) + rows[row]);
  }
  lines.push_back("heater |" + heater);
  for (std::string& line : lines) line.resize(line.find_last_not_of(' ') + 1);
  return lines;
}

std::expected<void, std::string> write_file(const std::string& path, const std::string& text) {
  const auto failed = [&path] {
    const std::error_code why(errno, std::generic_category());
    return std::unexpected("cannot write " + path + ": " + why.message() +
                           "; name a file in a folder that is there, where there is room");
  };
  const base::Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file) return failed();
  for (std::string_view rest = text; !rest.empty();) {
    const ssize_t written = ::write(file.get(), rest.data(), rest.size());
    if (written < 0 && errno != EINTR) return failed();
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace ch06
