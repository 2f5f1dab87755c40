"""Whether the name of a column points at a person, in five languages and however it is spelt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from harmmodel.writing.letters import folded, readable

# Words that point at a person, alone or joined with others; umlauts stand for their other spelling, too.
_PERSONAL = """
name names surname surnames forename firstname lastname nickname maiden alias given
nombre nombres apellido apellidos apodo sobrenombre paterno materno seudonimo
nom noms prenom prenoms surnom patronyme pseudonyme
namen vorname nachname familienname geburtsname rufname spitzname
nome nomes sobrenome prenome apelido apelidos alcunha
birth birthday birthdate birthplace born dob yob nacimiento nacido nacida nac fnac fechanac
naissance naiss nele neele ddn geburt geburtstag geburtsdatum geboren geb gebdat gebdatum gebjahr
nascimento nascido nascida nasc dtnasc dn
age ages edad edades idade alter lebensalter anciennete
phone phones telephone mobile mobilephone cellphone cellno cellnumber tel telf fax whatsapp telegram msisdn pager
telefono movil celular telefone telemovel portable handy handynummer mobilnummer mobiltelefon telefon rufnummer
fernsprecher ddd
mail email mails emails correo courriel mel epost
address addresses addr street streets home postcode postal zip zipcode housenumber apartmentnumber doorno
direccion domicilio calle codigopostal vivienda portal
adresse adresses domicile rue voie cp codepostal
anschrift strasse str hausnummer hausnr wohnort wohnsitz wohnadresse postleitzahl plz
endereco rua cep morada logradouro bairroresidencia residencia
passport passports passportnumber pasaporte passeport reisepass passnummer passnr passno passnum passaporte ausweis
personalausweis ssn nin nino nhs nric national nationalid socialsecurity taxid itin ein bsn elector eleitor voter
voterid
curp rfc cpf rg cnh dni nie nif nuip cedula cuil cuit identidad identificacion cartilla seguridadsocial
nir cni identite securitesociale numerosecu steuerid steuernummer sozialversicherungsnummer svnr identifikationsnummer
idnumber idno idnr idnum identidade contribuinte nis pis titular identity identification
licence license licences licenses driverlicence driverslicense licencia permiso permis fuhrerschein habilitacao
plate plates numberplate licenseplate vin registration chassis placa placas matricula matriculas immatriculation
immatriculations kennzeichen nummernschild fahrgestellnummer fin chassi renavam vehiculoplaca
officer officers badge badges star stars shield shieldno collar collarno shouldernumber agent agents agente agentes
oficial oficiales gendarme matricule beamter beamte beamten beamtin dienstnummer dienstausweis polizist polizistin
personalnummer funcionario servidor cracha distintivo gafete numemploye empleado empleados employe mitarbeiter
empregado employee employees staffid payroll detective constable sergeant
victim victims victima victimas victime victimes vitima vitimas opfer geschadigter geschadigte geschadigten
suspect suspects sospechoso sospechosos sospechosa suspeito suspeitos suspeita suspecte verdachtiger verdachtige
tatverdachtiger tatverdachtige tatverdachtigen tater taters
offender offenders perpetrator perpetrators delincuente delincuentes agresor agressor agresseur imputado imputados
inculpado acusado acusados indiciado infractor infrator auteur auteurs autor autores reu reo arguido miseencause
misencause prevenu accuse angeklagter angeklagte beschuldigter beschuldigte beschuldigten
defendant defendants arrestee arrestees detainee detainees detenido detenidos detenu detenus detido detidos preso
festgenommener festgenommene inmate inmates prisoner prisoners recluso haftling
witness witnesses testigo testigos temoin temoins zeuge zeugen zeugin testemunha testemunhas
complainant complainants plaintiff caller callers informant denunciante plaignant plaignante anzeigeerstatter
anzeigenerstatter queixoso reclamante demandante appelant anrufer declarante reporter comunicante noticiante
driver drivers conductor conductores conducteur fahrer condutor motorista halter fahrzeughalter
subject subjects sujeto nominal nominals person persons people personid persona personas personne personnes pessoa
pessoas individual individuals individuo individuos individu individus patient patients paciente pacientes
mother father madre padre mere pere mutter vater mae pai spouse wife husband conyuge conjoint conjointe conjuge
ehegatte ehepartner guardian nextofkin kin tutor parentesco filiacion filiacao filiation
owner owners propietario proprietaire proprietario eigentumer inhaber
race races raza raca cor rasse hautfarbe ethnicity ethnic ethnicgroup etnia etnicidad etnicidade ethnie ethnique
ethnizitat ethnisch herkunft sex sexes sexo sexos sexe geschlecht gender genders genero genre
nationality nationalities nacionalidad nationalite nationalitat nacionalidade citizenship ciudadania citoyennete
cidadania staatsangehorigkeit staatsburgerschaft religion religiao konfession glaube
maritalstatus marital estadocivil etatcivil familienstand sexualorientation orientacionsexual orientationsexuelle
haircolor haircolour eyecolor eyecolour augenfarbe haarfarbe colorojos colorpelo tattoo tattoos tatuaje tatouage
tatuagem tatowierung scar scars heightcm weightkg bodyheight bodyweight stature estatura complexion
disability disabilities discapacidad handicap behinderung deficiencia diagnosis diagnostico diagnostic diagnose
bloodtype occupation ocupacion profession profesion beruf profissao metier employer empleador employeur arbeitgeber
empregador
contact contacts contacto contato kontakt username userid usuario utilisateur benutzer benutzername user handle
facebook instagram twitter login ip ipaddress imei imsi macaddress deviceid
iban creditcard cardnumber kontonummer bankaccount accountnumber account kontoinhaber
photo photos foto fotos fotografia photograph photographie lichtbild fingerprint fingerprints huella huellas empreinte
empreintes fingerabdruck biometric biometrics dna adn face rostro visage gesicht rosto signature firma unterschrift
assinatura mugshot
patronymic initials salutation honorific aka pob taxnumber taxno rego bloodgroup vic vics perp perps susp cellular pobox
aptno apt houseno caste tribe skincolour skincolor warrantno warrantnumber salary income child children daughter brother
sister parents passenger passengers pedestrian pedestrians respondent applicant claimant tenant student pupil citizen
customer client deceased decedent
numexterior numeroexterior numext numinterior numerointerior numint credencial escolaridad lengua numserie ofendido
ofendida agraviado agraviada querellante responsable captor tarjeta senas esposo esposa marido hijo hija hermano
familiares familiar alumno ciudadano cliente fallecido occiso difunto cuentabancaria
civilite plaque plaques situationfamiliale secu declarant declarante gardeavue groupesanguin enfant enfants tuteur
tutrice pseudo epoux epouse frere soeur eleve citoyen defunt comptebancaire
anrede titel korpergrosse koerpergroesse mobil svnummer sachbearbeiter volkszugehorigkeit volkszugehoerigkeit kinder
vormund ehemann ehefrau sohn tochter bruder schwester schuler schueler kunde burger buerger verstorbener zuname
madchenname maedchenname
naturalidade escolaridade orientacaosexual cartao numerodacasa numcasa complemento envolvido envolvidos delegado
impressaodigital responsavel contabancaria esposo filho filha irmao aluno cidadao falecido
quejoso quejosa denunciado denunciada numdoc documentoidentidad nss apell domic numerosocial afiliacion
beteiligter beteiligte gefahrder gefaehrder cognome codicefiscale nascita datadinascita indirizzo telefonnummer
telefoonnummer naam voornaam achternaam geboortedatum adres woonplaats
notes notas observaciones observacao observacoes comentario comentarios commentaire commentaires comments remarks
remarques bemerkung bemerkungen narrative narratives narrativa narracion relato recit freetext freitext sachverhalt
textolibre textelibre
"""
# What marks a word of five letters or more wherever it stands in a longer one, as in compounds.
_STEMS = """
name nombre apellid sobrenome vornam nachnam prenom birth geburt nacimient nascim naissanc
phone telefon celular courriel email address adress direccion domicil endere anschrift wohnsitz wohnort postleit
postcode passport pasaporte passeport reisepass passaporte ausweis steuerid sozialversicher fuhrerschein licenseplate
matricul immatricul kennzeichen victim vitima opfer suspect sospech suspeit verdacht geschadigt offender
perpetrat defendant arrestee witness testigo temoin zeuge testemunh complainant denunciant plaignant beschuldigt
angeklagt ethnic ethnie nationalit nacionalidad staatsangehor staatsburger geschlecht fingerabdruck fingerprint
biometr unterschrift polizist beamte sexualorient nextofkin socialsecurity
etnic indigen
"""
# Words that stand beside those and say nothing on their own; with them a header without blanks is taken apart.
_BESIDE = """
de del da do das dos du des of the la le el los las and et und von zu am im in no nr num number numero numeros nummer
id ids code cod codigo key type tipo typ first last middle full second primary primer primero segundo segunda legal
complete completo completa complet voll erster zweiter initial family famille familia primeiro ultimo date fecha data
datum tag day year ano anno annee jahr month place lugar lieu ort local home work casa trabajo contact person persona
victim victima suspect officer s es n en er col txt fld field campo feld champ val value raw civil private prive
privado privat mobile movil line linea
"""
_SPELT_BANDS = """
group groups grp band bands range ranges bracket class category grupo grupos rango rangos quinquenal tranche tranches
classe groupe gruppe gruppen klasse klassen stufe stufen faixa faixas etaria intervalo
"""
_AGES = frozenset({"age", "ages", "edad", "edades", "idade", "alter"})
_BANDS = frozenset(folded(_SPELT_BANDS).split())
_BLANK = re.compile(r"[^a-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_LEET = str.maketrans({"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "€": "e", "!": "i"})
_DIGIT_BESIDE = re.compile(r"[a-z][0134579@$€!]|[0134579@$€!][a-z]")
LONGEST = 200  # letters; a longer header is no header, and looks personal
SHORTEST_PIECE = 4  # shorter words count only where they stand apart, but for these
JOINED = frozenset({"nom", "tel", "dob"})


def _spellings(text: str) -> frozenset[str]:
    """Return words as they are folded, and with umlauts written out: täter, tater, taeter."""
    return frozenset(folded(text).split())


def _written_out(words: frozenset[str]) -> frozenset[str]:
    """Add the spelling of German words by two letters, as in taeter for tater."""
    pairs = {"tater": "taeter", "geschadigt": "geschaedigt", "verdachtig": "verdaechtig", "fuhrer": "fuehrer",
             "nationalitat": "nationalitaet", "tatowier": "taetowier", "haftling": "haeftling",
             "eigentumer": "eigentuemer", "staatsangehor": "staatsangehoer", "staatsburger": "staatsbuerger",
             "ethnizitat": "ethnizitaet", "verdacht": "verdaecht"}  # fmt: skip
    return words | {word.replace(a, b) for word in words for a, b in pairs.items() if a in word}


WORDS = _written_out(_spellings(_PERSONAL))
STEMS = tuple(sorted(_written_out(_spellings(_STEMS))))
BESIDE = _spellings(_BESIDE) | _BANDS
LONGEST_PIECE = max(map(len, WORDS | BESIDE))


@lru_cache(maxsize=10_000)
def points_at_a_person(header: str) -> bool:
    """Say whether a header points at a person, or is written in letters that cannot be read.

    >>> [points_at_a_person(h) for h in ("officer_id", "Nаme", "FechaDeNacimiento", "t3l3fon", "beat", "age_group")]
    [True, True, True, True, False, False]
    """
    if len(header) > LONGEST:
        return True
    plain = readable(header).text
    if any(letter.isalpha() and not letter.isascii() for letter in plain):
        return True
    return any(_hits(tokens) for variant in _variants(plain) for tokens in _splits(variant))


def _variants(plain: str) -> Iterator[str]:
    yield plain
    if _DIGIT_BESIDE.search(plain.casefold()):
        for one in "il":  # a digit beside letters may stand for one
            yield plain.translate(_LEET).replace("1", one)


def _splits(plain: str) -> Iterator[list[str]]:
    """Return the words of a header: parted by signs alone, and also by capitals inside them."""
    yield _BLANK.sub(" ", plain.casefold()).split()
    yield _BLANK.sub(" ", _CAMEL.sub(" ", plain).casefold()).split()


def _hits(tokens: list[str]) -> bool:
    found = {word for token in tokens for word in _personal_words(token)}
    beside = set(tokens)
    joined = "".join(tokens)
    if len(tokens) > 1:
        pairs = {a + b for a, b in pairwise(tokens)}
        found |= {pair for pair in pairs if pair in WORDS}
        found |= {joined} & WORDS if all(len(token) == 1 for token in tokens) else set(_pieces(joined))
    if found and found <= _AGES:  # bands of age describe nobody
        return not (beside & _BANDS or any(joined.endswith(band) or joined.startswith(band) for band in _BANDS))
    return bool(found)


def _personal_words(token: str) -> Iterator[str]:
    bare = token.rstrip("0123456789")
    for word in (token, bare, bare.removesuffix("s")):
        if word in WORDS:
            yield word
    yield from (stem for stem in STEMS if stem in bare)
    yield from _pieces(bare)


def _pieces(token: str) -> frozenset[str]:
    """Return the personal words of a token that is made of known words alone, one after the other; else nothing."""
    ends: dict[int, frozenset[str] | None] = {0: frozenset()}
    for end in range(1, len(token) + 1):
        for start in range(max(0, end - LONGEST_PIECE), end):
            if (before := ends.get(start)) is None:
                continue
            piece = token[start:end]
            is_personal = piece in WORDS and (len(piece) >= SHORTEST_PIECE or piece in JOINED)
            if is_personal or piece in BESIDE or piece.isdigit():
                ends[end] = (ends.get(end) or frozenset()) | before | ({piece} if is_personal else set())
    return ends.get(len(token)) or frozenset()
