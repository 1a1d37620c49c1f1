// s3_picture.cpp -- a curve for the terminal.
#include "ch06_reactive/s3_picture.hpp"

#include <algorithm>

#include "common/base/check.hpp"
#include "common/demo/fixed.hpp"

#include "ch06_reactive/s3_scale.hpp"

namespace ch06 {
namespace {

std::string label(int hundredths) {
  constexpr std::size_t kWidth = 6;
  const std::string text = demo::fixed(degrees(hundredths), 2);
  return std::string(kWidth - std::min(kWidth, text.size()), ' ') + text + " |";
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

}  // namespace ch06
