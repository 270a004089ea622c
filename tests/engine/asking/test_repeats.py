from engine.asking.repeats import REPEAT_EVERY, REPEAT_GAP, due_repeat


def rate(number_of_questions, rating=lambda photo: 1 + photo % 5):
    """What a person has answered who was shown new photos and repeats as they fell due."""
    answered, new = [], 0
    for _ in range(number_of_questions):
        photo = due_repeat(answered)
        if photo is None:
            photo, new = new, new + 1
        answered.append((photo, rating(photo)))
    return answered


def test_about_one_question_in_six_is_a_repeat():
    answered = rate(120)
    num_repeats = 120 - len({photo for photo, _ in answered})
    assert num_repeats == 120 // REPEAT_EVERY - 1  # the sixth question was too early


def test_no_photo_is_shown_a_third_time_and_none_too_soon():
    photos = [photo for photo, _ in rate(200)]
    for photo in set(photos):
        places = [place for place, other in enumerate(photos) if other == photo]
        assert len(places) <= 2
        assert places[-1] == places[0] or places[-1] - places[0] > REPEAT_GAP


def test_rare_ratings_are_tried_as_often_as_common_ones():
    answered = rate(150, rating=lambda photo: 1 if photo % 4 == 0 else 3)
    photos = [photo for photo, _ in answered]
    again = [rating for place, (photo, rating) in enumerate(answered) if photo in photos[:place]]
    assert abs(again.count(1) - again.count(3)) <= 1
    assert again.count(1) > 8


def test_a_person_who_has_answered_nothing_sees_a_new_photo():
    assert due_repeat([]) is None
