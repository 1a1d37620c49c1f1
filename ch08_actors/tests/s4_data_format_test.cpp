// s4_data_format_test.cpp -- the text of data.json: there and back, and every byte of it watched over.
#include "ch08_actors/s4_data_format.hpp"

#include <gtest/gtest.h>

namespace ch08 {
namespace {

const Map& every_kind() {
  static const Map map{{"", bytes_of("empty key")},
                       {"empty value", {}},
                       {"hello", bytes_of("world")},
                       {"picture", {137, 80, 78, 71, 0, 255}},
                       {"quote \" and \\ and \n and \x01", bytes_of("tab\tquote\"end\\")},
                       {"\xC3\xA4", bytes_of("\xE2\x82\xAC \xF0\x9F\x8D\x9E")}};
  return map;
}

// As from_text computes it, for texts that are not ours.
std::string with_checksum(std::string text) {
  const std::string zeros = "0000000000000000";
  const auto at = text.find(zeros);
  const std::uint64_t crc = crc64(text);
  for (std::size_t i = 0; i < zeros.size(); ++i) {
    text[at + i] = "0123456789abcdef"[(crc >> (60 - 4 * i)) & 15];
  }
  return text;
}

TEST(Crc64Test, HasThePublishedCheckValue) { EXPECT_EQ(crc64("123456789"), 0x995DC9BBDF1939FAu); }

TEST(DataFormatTest, EveryKindOfKeyAndValue_ComesBack) {
  EXPECT_EQ(from_text(to_text(every_kind())).value(), every_kind());
  EXPECT_EQ(from_text(to_text({})).value(), Map());
  Map bytes;
  for (int i = 0; i < 256; ++i) bytes["byte " + std::to_string(i)] = {static_cast<std::uint8_t>(i)};
  EXPECT_EQ(from_text(to_text(bytes)).value(), bytes);
}

TEST(DataFormatTest, IsAsItsHeaderShowsIt) {
  const std::string text = to_text({{"hello", bytes_of("world")}, {"picture", {137, 80, 78, 71}}});
  EXPECT_EQ(text.substr(0, 14), "{\n  \"crc64\": \"");
  EXPECT_EQ(text.substr(30),
            "\",\n  \"data\": {\n    \"hello\": \"world\",\n    \"picture\": [137, 80, 78, 71]\n  }\n}\n");
}

// Question: a disk gives back a file with one byte that is not what was written. Which ones are noticed?
// Predict: what about the digits of the checksum itself? And the last line end? Break in `from_text`.
TEST(DataFormatTest, EachByteChangedToAnyOther_IsFound) {
  const std::string text = to_text(every_kind());
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (int change = 1; change < 256; ++change) {
      std::string changed = text;
      changed[i] = static_cast<char>(changed[i] ^ change);
      EXPECT_FALSE(from_text(changed)) << "byte " << i << " changed by " << change;
    }
  }
}

// Told with both numbers: so it is the checksum that found it.
TEST(DataFormatTest, AnotherValueOfTheSameForm_IsToldWithBothChecksums) {
  std::string text = to_text({{"hello", bytes_of("world")}});
  const std::string said = text.substr(text.find("crc64") + 9, 16);
  text.replace(text.find("world"), 5, "vorld");
  const std::string error = from_text(text).error();
  EXPECT_EQ(error.find("its checksum is "), 0u) << error;
  EXPECT_TRUE(error.ends_with(", and it says " + said)) << error;
}

TEST(DataFormatTest, CutAnywhere_AtItsEndOrItsBeginning_IsFound) {
  const std::string text = to_text(every_kind());
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(from_text(text.substr(0, i))) << "cut at " << i;
    EXPECT_FALSE(from_text(text.substr(i + 1))) << "without its first " << i + 1;
  }
}

TEST(DataFormatTest, AByteMoreOrLess_IsFound) {
  const std::string text = to_text({{"hello", bytes_of("world")}});
  for (std::size_t i = 0; i <= text.size(); ++i) {
    for (const char added : {'\0', ' ', '\n', '0', '}'}) {
      std::string longer = text;
      EXPECT_FALSE(from_text(longer.insert(i, 1, added))) << "added at " << i;
    }
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string shorter = text;
    EXPECT_FALSE(from_text(shorter.erase(i, 1))) << "taken out at " << i;
  }
}

TEST(DataFormatTest, WithoutAChecksum_OnlyTheBooksFirstFileIsAccepted) {
  EXPECT_EQ(from_text("{}").value(), Map());
  for (const char* const text : {"", "{", "}", "{}\n", " {}", "{ }", "[]", "null", "{\"hello\":[119]}"}) {
    const auto map = from_text(text);
    ASSERT_FALSE(map) << text;
    EXPECT_TRUE(*text == '\0' || map.error().find("exactly {}") != std::string::npos) << map.error();
  }
}

// A right checksum, by somebody who computed it, around what we never write.
TEST(DataFormatTest, OddDataUnderARightChecksum_IsRefusedAndNotGuessed) {
  const std::string begin = "{\n  \"crc64\": \"0000000000000000\",\n  \"data\": {";
  EXPECT_TRUE(from_text(with_checksum(begin + "}\n}\n")));
  EXPECT_TRUE(from_text(with_checksum(begin + "\n    \"a\": \"\\u001f\",\n    \"b\": [255]\n  }\n}\n")));
  for (const char* const rest :
       {"", "}", "}\n}", "}\n}\n\n", "\n    \"a\": \"b\"\n  }\n}", "\n    \"a\": \"b\",\n  }\n}\n",
        "\n    \"a\" : \"b\"\n  }\n}\n", "\n    \"a\": \"b\n  }\n}\n", "\n    \"a\": [256]\n  }\n}\n",
        "\n    \"a\": [-1]\n  }\n}\n", "\n    \"a\": [1\n  }\n}\n", "\n    \"a\": [1,2]\n  }\n}\n",
        "\n    \"a\": []\n  }\n}\n", "\n    \"a\": \"\\n\"\n  }\n}\n", "\n    \"a\": \"\\u00\"\n  }\n}\n",
        "\n    \"a\": \"\\u00x1\"\n  }\n}\n", "\n    \"a\": \"\\\n  }\n}\n",
        "\n    \"a\": \"b\",\n    \"a\": \"c\"\n  }\n}\n",
        // Which says what we would say otherwise, or could not write again.
        "\n    \"b\": \"\",\n    \"a\": \"\"\n  }\n}\n", "\n    \"a\": [104]\n  }\n}\n",
        "\n    \"a\": [0255]\n  }\n}\n", "\n    \"a\": \"\\u0041\"\n  }\n}\n",
        "\n    \"a\": \"\\u001F\"\n  }\n}\n", "\n    \"a\": \"\xFF\"\n  }\n}\n",
        "\n    \"\xFF\": \"b\"\n  }\n}\n", "\n    \"\\u00e4\": \"b\"\n  }\n}\n"}) {
    EXPECT_FALSE(from_text(with_checksum(begin + rest))) << rest;
  }
  EXPECT_FALSE(from_text(with_checksum("{\n  \"crc64\": \"0000000000000000\" }")));
}

TEST(Utf8Test, IsToldFromOtherBytes) {
  for (const char* const text : {"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF",
                                 "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(text));
  }
  for (const char* const text :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xC2", "\xC2\x41", "\xE0\x9F\xBF", "\xE2\x82", "\xED\xA0\x80",
        "\xF0\x8F\xBF\xBF", "\xF0\x9F\x8D", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

}  // namespace
}  // namespace ch08
