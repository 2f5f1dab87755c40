"""Text that people write: what points at a person is refused with its piece and a remedy, and harmless text passes."""

import copy
import time

import pytest
import yaml

from harmmodel import journal
from harmmodel.config import written_text
from harmmodel.config.deterrence import DeterrencePlan
from harmmodel.config.load import load_config
from harmmodel.config.types import PillarScheme
from harmmodel.errors import AssessmentError, ConfigError, DecisionError
from harmmodel.journal import Decision, PlanMade, PlanStep
from harmmodel.views.decisions import form
from harmmodel.warehouse.entered import entries
from harmmodel.writing import persons
from harmmodel.writing.persons import findings
from tests.decisions import AT, decision
from tests.groups import PLACE, group_project
from tests.plans import FILLED, TODAY
from tests.unit.test_groups_assessments import GROUP, examine, sheet

TITLES = (
    *("Mr", "Mrs", "Ms", "Miss", "Dr", "Sr.", "Sra.", "Srta.", "Don", "Doña", "Señor", "Señora", "Herr", "Frau"),
    *("M.", "Mme", "Mlle", "Monsieur", "Madame", "Senhor", "Senhora", "Prof.", "Officer", "Detective", "Sgt."),
)
BIRTHS = (
    *("born on 12 April 1987", "born April 12, 1987", "nacido el 12/04/1987", "nacida en 1987", "né le 12 avril 1987"),
    *("née en 1987", "geboren am 12.04.1987", "geb. 12.4.1987", "nascido em 12 de abril de 1987", "DOB 12/04/87"),
    *("fecha de nacimiento: 1987-04-12", "Geburtsdatum 12.4.1987", "date of birth", "Jane Doe (1987)"),
    *("Jane Doe, 12.04.1987", "Juan Pérez Gómez 1987", "JUAN PÉREZ GÓMEZ 1987"),
)
PAPERS = (
    *("PEGJ870412HDFRMN09", "PEGJ870412AB1", "12345678Z", "X1234567L", "QQ 12 34 56 C", "QQ123456C", "123-45-6789"),
    *("123.456.789-09", "1 87 04 75 123 456 78", "C01X00T478", "AB1234567", "86095742719"),
)
NUMBERS = (
    *("badge 4411", "Badge no. 4411", "shoulder number 1234", "placa 4411", "matricule 88123", "Dienstnummer 4711"),
    *("collar number PC 412", "passport no 88123", "número de empleado 4411", "crachá 4411", "gafete 4411"),
    *("312-555-0199", "+52 55 1234 5678", "06 12 34 56 78", "0151 23456789", "5551234567", "(55) 1234-5678"),
)
MAILS = ("jane.doe@example.org", "jane＠example.org", "jane(at)example.org", "@elchapo")
STREETS = (
    *("12 High Street", "12 high street", "1060 W Addison St", "Calle Reforma 123", "Avenida Insurgentes Sur 1602"),
    *(
        "12 rue de la Paix",
        "12 bis, avenue Foch",
        "Hauptstraße 12",
        "Berliner Str. 4",
        "Unter Weg 3a",
        "Rua Augusta, 1500",
    ),
    *("Travessa do Carmo 12",),
)
REFUSED = [*(f"{title} Kowalski" for title in TITLES), *BIRTHS, *PAPERS, *NUMBERS, *MAILS, *STREETS]
HARMLESS = (
    "Operation Ceasefire, call-in of 12 March",
    "North Lawndale and Englewood fell by 12% from 2015-2018; on 12/03/2018 and 2018-08-01 nothing was recorded.",
    "The evidence was seen on site and agreed with. In 2018 Grand Boulevard saw 1,234 shootings, 40 killed road users.",
    "Zuhören: “quoted”, 中文, a line break and more.",
    "Die Polizei und das Jugendamt haben im Bezirk zugestimmt; die Zahl der Straftaten sank um 3,5 Prozent.",
    "La fiscalía y el municipio acordaron una mesa de seguridad en la colonia, como en 2019.",
    "Le préfet et la mairie ont revu les infractions de la commune; rien ne change avant juin.",
    "A prefeitura e a polícia reviram os roubos do bairro em 2020.",
    "MS-13 and Mara 18 are named by 3 of 4 sources. See section 60 and entry 12.",
)
LABELS = (
    *("Cártel de Sinaloa", "Los Zetas", "North Lawndale", "Sinaloa Cartel – Zambada faction", "New group", "CRAC-PF"),
    *("Gulf Cartel, faction A of 2013", "Clan A of 1993", "Mara 18 (Guatemala)", "Santa Rosa de Lima Cartel"),
    *("Los Zetas - Cártel del Noreste", "San Luis Potosí", "Hells Angels", "Jalisco Cartel New Generation", "Los 28"),
    *("head of the policy unit", "procurement specialist", "people affected", "Chicago Police Department", "Área 1"),
)
NAMES = (
    *("Juan Pérez Gómez", "JUAN PÉREZ GÓMEZ", "juan perez gomez", "Doe, Jane", "J. Doe", "Juan de la Cruz"),
    *("Jane Hill", "Ｊuan Ｐérez", "Jаne Dоe", "Beltrán Leyva Cartel"),
)


@pytest.mark.parametrize("piece", REFUSED)
@pytest.mark.parametrize("frame", ["{}", "We spoke about it with {} in the district."])
def test_what_points_at_a_person_is_refused_and_cannot_be_confirmed(piece, frame):
    text = frame.format(piece)
    found = findings(text)
    assert any(not one.may_be_confirmed for one in found), found
    confirmed = [one.piece for one in found if one.may_be_confirmed]
    assert written_text.faults(text, 4000, known=confirmed, is_confirmed=True)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_passes(text):
    assert findings(text) == ()


@pytest.mark.parametrize("label", LABELS)
def test_a_label_of_a_place_a_group_or_a_role_passes(label):
    assert findings(label, "label") == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_likely_name_asks_for_a_confirmation_which_settles_it(name):
    (found,) = findings(name, "label")
    assert found.may_be_confirmed
    assert written_text.faults(name, 200, style="label")
    assert not written_text.faults(name, 200, style="label", is_confirmed=True)
    assert not written_text.faults(f"{name} was named.", 200, known=[name])


@pytest.mark.parametrize("number", ["4411", "12345", "12.04.1987"])
def test_in_a_label_no_number_and_no_day_stands(number):
    assert findings(f"Group {number}", "label")
    assert not findings(f"Counted {number} of them.", "text")


def test_the_length_comes_first_and_no_pattern_is_slow():
    assert written_text.faults("x@" * 50_000, 4000) == ("has 100,000 characters; write at most 4,000",)
    seeds = (
        "a",
        "A",
        "1",
        "Aa ",
        "12 High ",
        "mr ",
        "@",
        "a@",
        "Juan ",
        "born ",
        "calle A ",
        "A.",
        "é",
        "1-",
        " ",
        "*",
    )
    for seed in seeds:
        text = (seed * persons.LONGEST)[: persons.LONGEST]
        begun = time.perf_counter()
        findings(text, "label")
        assert time.perf_counter() - begun < 3, seed  # at five times the longest text; a quadratic one takes minutes


def test_a_label_in_config_is_refused_with_its_remedy_and_confirmed_in_the_file(tmp_path):
    home = group_project(tmp_path)
    path = home / "config" / "places" / PLACE / "place.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))

    def labelled(label: object) -> str:
        path.write_text(yaml.safe_dump({**content, "label": label}), "utf-8")
        return load_config(home, PLACE).place.label

    for bad in ("Juan Pérez Gómez 1987", "PEGJ870412HDFRMN09", "Dr Jane Roe"):
        with pytest.raises(ConfigError, match=r"place\.yaml: label: .* is "):
            labelled(bad)
        with pytest.raises(ConfigError, match=r"place\.yaml: label: .* is "):
            labelled({"text": bad, "names": "place"})
    with pytest.raises(ConfigError, match=r"'Benito Juárez' is perhaps the name of a person.*names: place"):
        labelled("Benito Juárez")
    with pytest.raises(ConfigError, match="place or group"):
        labelled({"text": "Benito Juárez", "names": "person"})
    assert labelled({"text": "Benito Juárez", "names": "place"}) == "Benito Juárez"
    assert labelled("Mexico") == "Mexico"


def test_a_role_in_config_is_no_person():
    given = {"id": "violence", "label": "Violence", "short": "V"}
    weight = {"from": "2020-01-01", "value": 0.5, "range": [0.4, 0.6], "why": "A reason that is long enough."}
    assert PillarScheme.model_validate({**given, "weights": [{**weight, "decided_by": "method group"}]})
    with pytest.raises(ValueError, match="'Jane Doe' is perhaps the name of a person"):
        PillarScheme.model_validate({**given, "weights": [{**weight, "decided_by": "Jane Doe"}]})


@pytest.fixture
def home(tmp_path):
    return group_project(tmp_path)


@pytest.mark.parametrize(
    ("label", "why"),
    [
        ("Juan Pérez Gómez 1987", "'Juan Pérez Gómez 1987' is a name with a date of birth"),
        ("PEGJ870412HDFRMN09", "is a number as papers of people have it"),
        ("55 1234 5678", "is a number of a telephone"),
        ("badge 4411", "is a number of a person"),
        ("Señor López", "is a title before a name"),
        ("Juan Pérez", "'Juan Pérez' is perhaps the name of a person.*label_names"),
    ],
)
def test_no_person_is_entered_as_a_group(home, label, why):
    with pytest.raises(AssessmentError, match=f"groups!B2: .*{why}"):
        examine(home, sheet({**GROUP, "group_label": label}, name="groups"))
    if "perhaps" not in why:
        with pytest.raises(AssessmentError, match=f"groups!B2: .*{why}"):
            examine(home, sheet({**GROUP, "group_label": label, "label_names": "group"}, name="groups"))


def test_a_confirmation_is_kept_in_the_row(home):
    row = {**GROUP, "group_label": "Beltrán Leyva Cartel", "label_names": "group"}
    with pytest.raises(AssessmentError, match="F2: 'person' is not one of place, group"):
        examine(home, sheet({**row, "source": "", "label_names": "person"}, name="groups"))
    entries.enter(home, PLACE, examine(home, sheet(row, name="groups")))
    (kept,) = entries.load(home, PLACE).frames["groups"].to_dict("records")
    assert (kept["group_label"], kept["label_names"], kept["source"]) == ("Beltrán Leyva Cartel", "group", "")


def test_a_group_of_unknown_size_needs_a_source(home):
    unknown = {**GROUP, "size_band": "unknown"}
    with pytest.raises(AssessmentError, match="groups!A2: a group of unknown size needs a source"):
        examine(home, sheet(unknown, name="groups"))
    with pytest.raises(AssessmentError, match="groups!F2: a group of unknown size needs a source"):
        examine(home, sheet({**unknown, "source": "none"}, name="groups"))
    with pytest.raises(AssessmentError, match=r"groups!F2: 'Jane Doe' is perhaps.*Cite the work"):
        examine(home, sheet({**unknown, "source": "Told by Jane Doe in 2020"}, name="groups"))
    assert examine(home, sheet({**unknown, "source": "UCDP GED 22.1, side names"}, name="groups"))
    assert examine(home, sheet({**GROUP, "source": ""}, name="groups"))


def test_what_was_entered_before_a_source_was_asked_for_stays(home):
    folder = entries.home(home, PLACE)
    folder.mkdir(parents=True)
    (folder / "groups.csv").write_text(
        "group_id,group_label,size_band,first_seen,review_due\nold-one,Old one,unknown,2020-01-01,2030-01-01\n", "utf-8"
    )
    entries.enter(home, PLACE, examine(home, sheet(GROUP, name="groups")))
    rows = entries.load(home, PLACE).frames["groups"]
    assert rows[["group_id", "source"]].to_numpy().tolist() == [["old-one", ""], ["new-group", ""]]
    entries.enter(home, PLACE, examine(home, sheet({**GROUP, "group_id": "third"}, name="groups")))
    assert len(entries.load(home, PLACE).frames["groups"]) == 3


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"reason": "We will speak to Mrs Jane Doe of 12 High Street."}, "Reason: 'Mrs Jane Doe' is a title"),
        ({"reason": "As told by badge 4411 on the site."}, "Reason: 'badge 4411' is a number"),
        ({"reason": "As told by Jane Doe on the site."}, "Reason: 'Jane Doe' is perhaps the name of a person"),
        ({"role": "Jane Doe"}, "Role: 'Jane Doe' is perhaps"),
        ({"consulted": ("people affected", "Herr Müller")}, "Consulted: 'Herr Müller' is a title"),
        ({"reason": "Seen on the site\u202e and agreed."}, "reason: character 17: U\\+202E"),
    ],
)
def test_a_decision_names_no_person(tmp_path, changes, why):
    with pytest.raises(DecisionError, match=why):
        journal.append(tmp_path / "journal.sqlite", decision(**changes), AT)
    assert not (tmp_path / "journal.sqlite").exists()


def test_a_decision_keeps_what_its_writer_confirmed(tmp_path):
    path, reason = tmp_path / "journal.sqlite", "The same was seen in Belmont Cragin this year."
    made = decision(reason=reason, confirmed=("Belmont Cragin",))
    journal.append(path, made, AT)
    assert journal.entries(path)[0].record.confirmed == ("Belmont Cragin",)
    assert '"confirmed":["Belmont Cragin"]' in journal.json_lines(path)
    with pytest.raises(DecisionError, match="Confirmed: 'Jane Doe' is no name in this text"):
        journal.append(path, decision("2", confirmed=("Jane Doe",)), AT)
    with pytest.raises(DecisionError, match="is a title before a name"):
        journal.append(path, decision("3", reason="Agreed with Mr Doe on the site.", confirmed=("Mr Doe",)), AT)


def test_the_label_of_its_own_unit_is_known():
    assert decision(label="Belmont Cragin", reason="In Belmont Cragin all agreed on this.").wording() == ()


def test_the_form_knows_the_areas_and_asks_about_other_names():
    shown = form.Form(decision(), "", "", None, (), {}, (), AT.date(), AT.date(), frozenset({"belmont cragin"}))
    made: Decision = decision(reason="Seen in Belmont Cragin and beside Rock Machine as well.")
    assert shown.to_confirm(made) == ("Rock Machine",)
    assert shown.confirmed(made, ()).wording() != ()
    whole = shown.confirmed(made, {"Rock Machine"})
    assert whole.confirmed == ("Belmont Cragin", "Rock Machine")
    assert whole.wording() == ()


def plan(**changes: object) -> DeterrencePlan:
    return DeterrencePlan.model_validate(copy.deepcopy(FILLED) | changes)


def made(**changes: object) -> PlanMade:
    known = changes.pop("known", ())
    return PlanMade(
        place="mexico", plan_id="plan-1", run_id="r", ranking=(), said="", known=known, plan=plan(**changes)
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"reason": "We go to the house at 12 High Street each week."},
            "plan.reason: '12 High Street' is",
        ),
        (
            {"problem": "Killings told by badge 4411 since 2020."},
            "plan.problem: 'badge 4411' is a number",
        ),
        ({"message": "Jane Doe tells the groups that violence stops."}, "plan.message: 'Jane Doe' is perhaps the name"),
        ({"role": "Jane Doe"}, "plan.role: 'Jane Doe' is perhaps the name"),
        ({"consulted": ["people affected", "Jane Doe"]}, "plan.consulted.2: 'Jane Doe' is perhaps"),
        (
            {"audits": [{**FILLED["audits"][0], "territory": "west of Ola Novak"}]},
            "plan.audits.1.territory: 'Ola ",
        ),
    ],
)
def test_a_plan_names_no_person(changes, why):
    assert made().wording() == ()
    (fault, *_) = made(**changes).wording()
    assert fault.startswith(why)


def test_a_plan_keeps_what_its_writer_confirmed_and_what_the_run_knows():
    text = {"problem": "Killings in fights in Quintana Roo, as recorded in 2020 and 2021."}
    assert made(**text).wording() != ()
    assert made(**text, confirmed=["Quintana Roo"]).wording() == ()
    assert made(**text, known=("Quintana Roo",)).wording() == ()
    assert made(**text, confirmed=["Quintana Roo"]).content()["plan"]["confirmed"] == ["Quintana Roo"]
    assert "confirmed" not in made().content()["plan"]
    assert "known" not in made().content()
    (fault,) = made(confirmed=["Quintana Roo"]).wording()
    assert fault.startswith("Confirmed: 'Quintana Roo' is no name in this text")


def test_a_step_names_no_person_and_keeps_what_is_confirmed():
    given = {
        "place": "mexico",
        "plan_id": "plan-1",
        "plan_entry": 1,
        "step": "notice given",
        "on": TODAY,
        "role": "lead",
    }
    told = {"text": "Notice was given in Quintana Roo by the partners."}
    assert PlanStep.model_validate(given | told).wording() != ()
    assert PlanStep.model_validate(given | told | {"confirmed": ["Quintana Roo"]}).wording() == ()
    (fault,) = PlanStep.model_validate(given | {"text": "Notice was given at Calle Reforma 123."}).wording()
    assert fault.startswith("text: 'Calle Reforma 123' is an address")
