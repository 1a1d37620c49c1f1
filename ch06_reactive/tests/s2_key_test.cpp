// s2_key_test.cpp -- keys out of the bytes of a terminal, and out of a script that may be wrong.
#include "ch06_reactive/s2_key.hpp"

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace ch06 {
namespace {

using Names = std::vector<std::string>;
using namespace std::chrono_literals;

// The keys of all the bytes; what is begun at the end is flushed.
Names keys_of(std::string_view bytes) {
  KeyDecoder decoder;
  Names names;
  for (const char byte : bytes) {
    if (const auto key = decoder.feed(byte)) names.push_back(key->name);
  }
  if (const auto key = decoder.flush()) names.push_back(key->name);
  EXPECT_FALSE(decoder.is_inside());
  return names;
}

TEST(KeyDecoderTest, OneByteKeys_AreTheirCharacterOrTheirName) {
  EXPECT_EQ(keys_of("aZ+~"), (Names{"a", "Z", "+", "~"}));
  EXPECT_EQ(keys_of("\r\n\t\b\x7f ,"),
            (Names{"Enter", "Enter", "Tab", "Backspace", "Backspace", "Space", "Comma"}));
  EXPECT_EQ(keys_of(std::string_view("\x01\x1a\0", 3)), (Names{"Ctrl-A", "Ctrl-Z", "Unknown"}));
}

TEST(KeyDecoderTest, Arrows_AreSequencesOfBothKinds) {
  EXPECT_EQ(keys_of("\x1b[A\x1b[B\x1b[C\x1b[D\x1b[H\x1b[F"),
            (Names{"Up", "Down", "Right", "Left", "Home", "End"}));
  EXPECT_EQ(keys_of("\x1bOA\x1bOBx"), (Names{"Up", "Down", "x"}));
  EXPECT_EQ(keys_of("\x1b[1;5Ax"), (Names{"Up", "x"}));
}

TEST(KeyDecoderTest, SequenceThatNobodyKnows_IsOneUnknownKey) {
  EXPECT_EQ(keys_of("\x1b[24~x"), (Names{"Unknown", "x"}));
  EXPECT_EQ(keys_of("\x1bxy"), (Names{"Unknown", "y"}));
  EXPECT_EQ(keys_of("\x1b[" + std::string(14, '1') + "x"), (Names{"Unknown", "x"})) << "it has an end";
}

TEST(KeyDecoderTest, EscapeInASequence_BeginsAnother) {
  EXPECT_EQ(keys_of("\x1b\x1b[A"), (Names{"Escape", "Up"}));
  EXPECT_EQ(keys_of("\x1b[1\x1b[A"), (Names{"Unknown", "Up"}));
}

// Question: the byte of the key Escape is what every sequence begins with. When is it known that it was the key?
TEST(KeyDecoderTest, LoneEscape_IsAKeyOnceNothingFollows) {
  KeyDecoder decoder;
  EXPECT_FALSE(decoder.feed('\x1b'));
  EXPECT_TRUE(decoder.is_inside());
  EXPECT_EQ(decoder.flush(), Key("Escape"));
  EXPECT_FALSE(decoder.is_inside());
  EXPECT_FALSE(decoder.flush());
  EXPECT_EQ(decoder.feed('['), Key("["));
}

TEST(KeyDecoderTest, Utf8_IsOneKeyForACharacter) {
  EXPECT_EQ(keys_of("é€😀"), (Names{"é", "€", "😀"}));
  EXPECT_EQ(keys_of("\x80\xff"), (Names{"Unknown", "Unknown"}));
  EXPECT_EQ(keys_of("\xc3x"), (Names{"x"})) << "a character that ends in the middle";
  EXPECT_EQ(keys_of("x\xc3"), (Names{"x", "Unknown"}));
}

TEST(ScriptTest, KeysAndPauses_InTheirOrder) {
  const auto plays = parse_script("Up,+,5s,x,500ms,5,s,é,q");
  ASSERT_TRUE(plays) << plays.error();
  Names names;
  std::vector<std::chrono::milliseconds> pauses;
  for (const Play& play : *plays) {
    names.push_back(play.key.name);
    pauses.push_back(play.pause);
    EXPECT_NE(play.is_key(), play.pause > 0ms);
  }
  EXPECT_EQ(names, (Names{"Up", "+", "", "x", "", "5", "s", "é", "q"}));
  EXPECT_EQ(pauses, (std::vector<std::chrono::milliseconds>{0ms, 0ms, 5s, 0ms, 500ms, 0ms, 0ms, 0ms, 0ms}));
}

TEST(ScriptTest, WhatIsNoKey_IsToldWithItsPlaceAndWhatWouldBe) {
  for (const char* const item : {"foo", "", " ", "5m", "-5s", "5 s", "ab", "up", "\xc3", "\x1b"}) {
    const auto plays = parse_script(std::string("Up,") + item + ",q");
    ASSERT_FALSE(plays) << item;
    EXPECT_NE(plays.error().find("--keys, item 2: '" + std::string(item) + "' is no key and no pause"),
              std::string::npos)
        << plays.error();
    EXPECT_NE(plays.error().find("Up, Down, "), std::string::npos) << plays.error();
  }
}

TEST(ScriptTest, PausesOfMoreThanTenMinutes_AreRefused) {
  EXPECT_TRUE(parse_script("300s,300s"));
  for (const char* const script :
       {"300s,301s", "99999999999999999999s", "1000001ms", "9223372036854775807ms,1s"}) {
    const auto plays = parse_script(script);
    ASSERT_FALSE(plays) << script;
    EXPECT_NE(plays.error().find("longer than ten minutes"), std::string::npos) << plays.error();
  }
}

}  // namespace
}  // namespace ch06
